/* What the page can do besides being read: sort tables, and sort, group, filter and search findings. Nothing here fetches anything,
   and no text is ever read as markup. */
'use strict';
(function () {
	const make = (tag, props, ...children) => {
		const e = Object.assign(document.createElement(tag), props);
		e.append(...children);
		return e;
	};
	const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

	/* tables: a button in each heading */
	const valueOf = (row, i) => row.cells[i].textContent.trim().replace(/^(\d+),(?=\d{3})/, '$1');
	const sortTable = (table, i, head) => {
		const down = head.getAttribute('aria-sort') === 'ascending';
		for (const h of table.tHead.rows[0].cells)
			h.removeAttribute('aria-sort');
		head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
		const rows = [...table.tBodies[0].rows].sort((a, b) => collator.compare(valueOf(a, i), valueOf(b, i)) * (down ? -1 : 1));
		table.tBodies[0].append(...rows);
	};
	for (const table of document.querySelectorAll('table'))
		[...table.tHead.rows[0].cells].forEach((head, i) => {
			if (table.tBodies[0].rows.length < 2)
				return;
			const button = make('button', { type: 'button', textContent: head.textContent });
			button.addEventListener('click', () => sortTable(table, i, head));
			head.replaceChildren(button);
		});

	/* what a link points to is opened */
	const openTarget = () => {
		const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
		if (target instanceof HTMLDetailsElement)
			target.open = true;
	};
	addEventListener('hashchange', openTarget);
	openTarget();

	/* in print all is open, and afterwards as it was */
	let closed = [];
	addEventListener('beforeprint', () => {
		closed = [...document.querySelectorAll('details:not([open])')];
		for (const d of closed)
			d.open = true;
	});
	addEventListener('afterprint', () => {
		for (const d of closed)
			d.open = false;
	});

	const tools = document.getElementById('tools'), all = document.getElementById('all');
	if (!tools || !all)
		return;
	const severities = ['info', 'low', 'medium', 'high', 'critical'];
	const text = (e, selector) => { const found = e.querySelector(selector); return found ? found.textContent.trim() : ''; };
	const findings = [...all.querySelectorAll('.f')].map((e, i) => ({
		e, i,
		text: e.textContent.toLowerCase(),
		severity: severities.indexOf(text(e, 'summary .badge')),
		state: text(e, '.state').split(',')[0],
		waived: text(e, '.state').includes('waived'),
		client: text(e, '.who code'),
		address: text(e, '.to code'),
		last: text(e, '.last time'),
		n: Number(e.dataset.n),
		owner: e.dataset.owner || 'owner not known',
		site: e.dataset.site || 'site not known',
	}));
	const asWritten = [...all.children];

	const field = (label, control) => make('div', {}, make('label', { htmlFor: control.id, textContent: label }), control);
	const select = (id, options) => make('select', { id }, ...options.map(([value, label]) => make('option', { value, textContent: label })));
	const search = make('input', { type: 'search', id: 'search', autocomplete: 'off' });
	const least = select('least', [['0', 'any'], ['1', 'low or worse'], ['2', 'medium or worse'], ['3', 'high or worse'], ['4', 'critical']]);
	const group = select('group', [['', 'layer'], ['owner', 'owner'], ['site', 'site'], ['address', 'retired address'], ['client', 'client']]);
	const sort = select('sort', [['', 'worst first'], ['last', 'latest first'], ['n', 'most stale first'], ['client', 'client'], ['address', 'retired address']]);
	const states = ['open', 'draining', 'resolved', 'withdrawn'].filter(s => findings.some(f => f.state === s));
	const boxes = states.map(s => make('input', { type: 'checkbox', checked: true, value: s, id: 'state-' + s }));
	const fieldset = make('fieldset', {}, make('legend', { textContent: 'State' }), ...boxes.map(b => make('label', {}, b, b.value)));
	const count = make('output', {});
	count.setAttribute('aria-live', 'polite');
	const toggle = make('button', { type: 'button', textContent: 'Open all shown' });
	tools.append(field('Search findings', search), field('Severity', least), fieldset, field('Group by', group), field('Sort by', sort), toggle, count);

	const wanted = () => {
		const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
		const on = new Set(boxes.filter(b => b.checked).map(b => b.value));
		return f => f.severity >= Number(least.value) && (on.has(f.state) || !states.includes(f.state)) && words.every(w => f.text.includes(w));
	};
	const filter = () => {
		const want = wanted();
		let shown = 0;
		for (const f of findings) {
			f.e.hidden = !want(f);
			shown += !f.e.hidden;
		}
		for (const box of all.querySelectorAll('.cause'))
			box.hidden = !box.querySelector('.f:not([hidden])');
		for (const h of all.querySelectorAll('h3')) {
			let any = false;
			for (let e = h.nextElementSibling; e && e.tagName !== 'H3'; e = e.nextElementSibling)
				any = any || !e.hidden;
			h.hidden = !any;
		}
		count.textContent = shown === findings.length ? 'All ' + shown + ' findings are shown.' : shown + ' of ' + findings.length + ' findings are shown.';
	};
	const orders = {
		'': (a, b) => (b.state === 'open') - (a.state === 'open') || b.severity - a.severity || b.n - a.n || a.i - b.i,
		last: (a, b) => collator.compare(b.last, a.last) || a.i - b.i,
		n: (a, b) => b.n - a.n || a.i - b.i,
		client: (a, b) => collator.compare(a.client, b.client) || a.i - b.i,
		address: (a, b) => collator.compare(a.address, b.address) || a.i - b.i,
	};
	/* by layer they stand below their causes, as written; else in one list a group */
	const arrange = () => {
		const order = [...findings].sort(orders[sort.value]);
		if (group.value === '') {
			all.replaceChildren(...asWritten);
			for (const f of order)
				f.home.append(f.e);
		} else {
			const groups = new Map();
			for (const f of order) {
				const key = f[group.value];
				if (!groups.has(key))
					groups.set(key, make('div', { className: 'cause' }));
				groups.get(key).append(f.e);
			}
			all.replaceChildren(...[...groups].flatMap(([key, box]) => [make('h3', { textContent: key }), box]));
		}
		filter();
	};
	for (const f of findings)
		f.home = f.e.parentElement;
	for (const control of [search, least, ...boxes])
		control.addEventListener('input', filter);
	for (const control of [group, sort])
		control.addEventListener('input', arrange);
	toggle.addEventListener('click', () => {
		const shown = findings.filter(f => !f.e.hidden), open = shown.some(f => !f.e.open);
		for (const f of shown)
			f.e.open = open;
		toggle.textContent = open ? 'Close all shown' : 'Open all shown';
	});
	filter();
})();
