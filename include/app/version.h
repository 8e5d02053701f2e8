#ifndef APP_VERSION_H
#define APP_VERSION_H
#define STALETAP_VERSION "0.1"
#endif
