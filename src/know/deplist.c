/* A first version without quotes and checks, until base/csv.h is there. */
#include "know/deplist.h"
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
struct deplist{struct dep_entry*e;size_t n;};
struct deplist*deplist_new(void){return calloc(1,sizeof(struct deplist));}
void deplist_free(struct deplist*l){if(l){free(l->e);free(l);}}
static int add(struct deplist*l,char**f,struct err*err){struct dep_entry e={0};const char*fault;(void)err;
 e.has_addr=*f[0]&&prefix_parse(f[0],&e.prefix); if(*f[1])e.name_len=name_parse(f[1],e.name,&fault);
 e.deprecated_at=e.reinstated_at=TM_NONE; if(*f[3])tm_parse(f[3],&e.deprecated_at); if(*f[4])tm_parse(f[4],&e.reinstated_at); e.ttl=*f[5]?atoi(f[5]):-1;
 e.owner=*f[7]?strdup(f[7]):NULL; l->e=realloc(l->e,(l->n+1)*sizeof e); l->e[l->n++]=e; return 0;}
int deplist_load(struct deplist*l,const char*path,struct err*err){FILE*f=fopen(path,"r");char line[2000];int no=0;if(!f)return err_set(err,ST_EIO,"%s: open",path);
 while(fgets(line,sizeof line,f)){char*v[12],*p=line;int n=0;line[strcspn(line,"\r\n")]=0;if(no++==0)continue;while(n<12){v[n++]=p;p=strchr(p,',');if(!p)break;*p++=0;}while(n<10)v[n++]=line+strlen(line);add(l,v,err);}fclose(f);return 0;}
int deplist_add_spec(struct deplist*l,const char*s,struct err*err){static char none[1];char b[500],*v[10]={none,none,none,none,none,none,none,none,none,none};snprintf(b,500,"%s",s);v[0]=b;char*p=strchr(b,',');if(p){*p++=0;v[1]=p;p=strchr(p,',');if(p){*p++=0;v[3]=p;}}return add(l,v,err);}
int deplist_add_stored(struct deplist*l,const char*li,const char*na,const char*c,usec_t d,usec_t r,int64_t t,const char*a,const char*b,const char*e,const char*f,struct err*err){struct dep_entry x={0};const char*fault;(void)c;(void)a;(void)b;(void)e;(void)f;(void)err;x.has_addr=prefix_parse(li,&x.prefix);if(na)x.name_len=name_parse(na,x.name,&fault);x.deprecated_at=d;x.reinstated_at=r;x.ttl=t;l->e=realloc(l->e,(l->n+1)*sizeof x); l->e[l->n++]=x;return 0;}
int deplist_finish(struct deplist*l,struct err*err){(void)l;(void)err;return 0;}
size_t deplist_count(const struct deplist*l){return l->n;}
const struct dep_entry*deplist_at(const struct deplist*l,size_t i){return &l->e[i];}
size_t deplist_index(const struct deplist*l,const struct dep_entry*e){return e-l->e;}
const struct dep_entry*deplist_match(const struct deplist*l,const struct addr*a,size_t k){for(int len=128;len>=0;len--)for(size_t i=0;i<l->n;i++)if(l->e[i].prefix.len==len&&prefix_has(&l->e[i].prefix,a)&&k--==0)return &l->e[i];return NULL;}
size_t deplist_prefixes(const struct deplist*l,struct prefix*o){for(size_t i=0;i<l->n;i++)o[i]=l->e[i].prefix;return l->n;}
bool dep_entry_for_client(const struct dep_entry*e,const struct addr*c){(void)e;(void)c;return true;}
bool dep_entry_names(const struct dep_entry*e,const uint8_t*n){return e->name_len==0||name_eq(e->name,n);}
uint64_t dep_entry_name_hash(const struct dep_entry*e){return e->name_len?XXH3_64bits(e->name,e->name_len):0;}
char*dep_entry_name_text(const struct dep_entry*e,char*b){return name_text(e->name,b);}
char*dep_entry_listed(const struct dep_entry*e,char*b){return prefix_text(&e->prefix,b);}
void deplist_canonical(const struct deplist*l,struct buf*b){for(size_t i=0;i<l->n;i++)buf_fmt(b,"%zu",i);}
