// The HTML report in a browser: it sorts, filters, searches and opens, asks nobody for anything, is whole without its script, and
// axe-core finds nothing serious.  What has to be there is what the JSON of the same database says.
'use strict';
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');
const { WIDE, NARROW, fetched, launch, open, overflows } = require('./browser.js');

const staletap = process.env.STALETAP || 'build/staletap', tmp = process.env.TMP || '/tmp';
let passed = 0, failed = 0;

function claim(what, ...wrong) {
	const said = wrong.flat().filter(Boolean);
	if (said.length === 0)
		passed++;
	else
		failed++;
	console.log(`${said.length ? 'not ok' : 'ok'} - ${what}`);
	said.slice(0, 8).forEach(w => console.log(`# ${w}`));
}
const same = (got, expected) => JSON.stringify(got) === JSON.stringify(expected) ? '' : `${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`;
const run = (...words) => execFileSync(words[0], words.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

// A report made from a scenario, and its findings as JSON.  edit: what becomes of the text of its clients.csv.
function report(name, edit = text => text) {
	const folder = path.join(tmp, name), db = path.join(folder, 'm.db'), file = path.join(folder, 'report.html');
	fs.mkdirSync(folder);
	run('tools/mkscen', 'tests/report/morning.scn', folder);
	const clients = path.join(folder, 'clients.csv');
	fs.writeFileSync(clients, edit(fs.readFileSync(clients, 'utf8')));
	run(staletap, 'replay', '-q', '--format=none', '-d', `${folder}/deprecated.csv`, '--clients', clients, '-o', db, `${folder}/capture.pcap`);
	run(staletap, 'report', '--format=html', '-o', file, db);
	const findings = run(staletap, 'report', '--format=json', db).trim().split('\n').map(l => JSON.parse(l)).filter(f => 'id' in f);
	return { file, findings };
}

const shown = page => page.locator('.f:visible').evaluateAll(all => all.map(e => e.id.slice(2)));
const ids = findings => findings.map(f => f.id);
const sorted = list => [...list].sort();
const rank = { info: 0, low: 1, medium: 2, high: 3, critical: 4 };

async function tables(page) {
	const heads = page.locator('#list thead th'), column = () => page.locator('#list tbody tr').evaluateAll(rows => rows.map(r => r.cells[1].textContent));
	const before = await column();
	await heads.nth(1).locator('button').click();
	claim('a table sorts by a column', same(await column(), sorted(before)), same(await heads.nth(1).getAttribute('aria-sort'), 'ascending'));
	await heads.nth(1).locator('button').focus();
	await page.keyboard.press('Enter');
	claim('by keyboard the other way', same(await column(), sorted(before).reverse()), same(await heads.nth(1).getAttribute('aria-sort'), 'descending'));
	claim('the list has all its states', same(sorted(before), ['clean', 'contacted', 'contacted', 'contacted', 'draining', 'unproven']));
}

async function filters(page, findings) {
	const says = () => page.locator('#tools output').textContent();
	claim('all findings are there', same(sorted(await shown(page)), sorted(ids(findings))), findings.length > 5 ? '' : 'too few to test with');
	await page.getByLabel('Severity').selectOption({ label: 'medium or worse' });
	const worse = ids(findings.filter(f => rank[f.severity] >= 2));
	claim('filter by severity', same(sorted(await shown(page)), sorted(worse)), same(await says(), `${worse.length} of ${findings.length} findings are shown.`),
		same(await page.locator('#tools output').getAttribute('aria-live'), 'polite'));
	await page.getByLabel('Severity').selectOption({ label: 'any' });
	await page.getByLabel('open', { exact: true }).uncheck();
	claim('filter by state', same(sorted(await shown(page)), sorted(ids(findings.filter(f => f.state !== 'open')))));
	await page.getByLabel('open', { exact: true }).check();
	await page.getByLabel('Search findings').fill('LEDGER db.example');
	const found = ids(findings.filter(f => f.client_label === 'ledger' && f.name === 'db.example.com'));
	claim('search', same(await shown(page), found), found.length === 1 ? '' : 'there is not one such finding');
	claim('what has no finding left is not shown', same(await page.locator('#all h3:visible').count(), 1), same(await page.locator('#all .cause:visible').count(), 1));
	await page.getByLabel('Search findings').fill('');
	claim('and back', same((await shown(page)).length, findings.length), same(await says(), `All ${findings.length} findings are shown.`));
}

async function orders(page, findings) {
	const heads = () => page.locator('#all h3').allTextContents();
	await page.getByLabel('Group by').selectOption('owner');
	claim('group by owner', same(sorted(await heads()), sorted([...new Set(findings.map(f => f.client_owner))])), same((await shown(page)).length, findings.length));
	await page.getByLabel('Group by').selectOption('site');
	claim('group by site', same(sorted(await heads()), sorted([...new Set(findings.map(f => f.site))])));
	await page.getByLabel('Group by').selectOption('address');
	await page.getByLabel('Sort by').selectOption('client');
	const clients = await page.locator('.f:has(.to code:text-is("192.0.2.10")) .who code').allTextContents();
	claim('sort by client', same(clients, ['10.0.0.1', '10.0.0.2', '10.0.0.3']));
	await page.getByLabel('Sort by').selectOption('last');
	const last = await page.locator('.f:has(.to code:text-is("192.0.2.10")) .last time').allTextContents();
	claim('sort by time', same(last, sorted(last).reverse()), last.length === 3 ? '' : 'not three');
	await page.getByLabel('Group by').selectOption('');
	await page.getByLabel('Sort by').selectOption('');
	claim('by layer again', same((await shown(page)).length, findings.length), (await heads()).includes('Open connections') ? '' : 'no such heading');
}

async function opens(page, findings) {
	const held = findings.find(f => f.held > 0), block = page.locator(`[id="f-${held.id}"]`);
	const isOpen = () => block.evaluate(e => e.open);
	claim('it is closed', same(await isOpen(), false));
	await block.locator('summary').click();
	claim('a finding opens', same(await isOpen(), true), await block.locator('dl').isVisible() ? '' : 'nothing to see', await block.locator('svg:visible').count() === 1 ? '' : 'no time line, or two');
	await page.keyboard.press('Enter');
	claim('and closes by keyboard', same(await isOpen(), false));
	await page.locator(`a[href="#f-${held.id}"]`).first().click();
	await page.waitForFunction(id => document.getElementById(id).open, `f-${held.id}`);
	claim('a link to it opens it', '');
	await page.getByRole('button', { name: 'Open all shown' }).click();
	await page.waitForFunction(() => !document.querySelector('.f:not([open])'));
	claim('all at once', same(await page.locator('.f:not([open])').count(), 0));
}

async function keyboard(page) {
	await page.keyboard.press('Tab');
	claim('the first stop leads to the verdict', same(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main'),
		await page.evaluate(() => document.activeElement.getBoundingClientRect().left >= 0) ? '' : 'and is not to be seen');
}

async function withoutScript(browser, file, findings) {
	const { page, context, asked } = await open(browser, file, { javaScriptEnabled: false });
	const closed = page.locator('.f:not([open])').last();
	claim('without its script: all is there', same(sorted(await shown(page)), sorted(ids(findings))), same(await page.locator('#tools *').count(), 0),
		(await page.locator('h1').textContent()) === 'Two of the six retired addresses are still in use, by four clients.' ? '' : await page.locator('h1').textContent());
	const id = await closed.getAttribute('id');
	await closed.locator('summary').click();
	claim('without its script: a finding opens', await page.locator(`[id="${id}"] dl`).isVisible() ? '' : 'nothing to see');
	claim('without its script: nothing is asked for', same(asked.length, 1));
	await page.emulateMedia({ media: 'print' });
	const hidden = await page.locator('.f dl').evaluateAll(all => all.filter(e => e.getBoundingClientRect().height < 20).length);
	claim('in print every finding is open', same(hidden, 0), await page.locator('nav').isVisible() ? 'and there is a nav' : '');
	await context.close();
}

async function looks(browser, file) {
	const axe = fetched('axe-core').source;
	for (const [width, viewport] of [['1280', WIDE], ['400', NARROW]])
		for (const colorScheme of ['light', 'dark']) {
			const { page, context, asked, said } = await open(browser, file, { viewport, colorScheme });
			await page.locator('details').evaluateAll(all => all.forEach(e => { e.open = true; }));
			claim(`${width}, ${colorScheme}: nothing is wider than the page`, await page.evaluate(overflows));
			claim(`${width}, ${colorScheme}: no drawing scrolls, its type is as large as may be read`, await page.locator('.plot').evaluateAll(all => all.filter(e => e.getClientRects().length > 0)
				.flatMap(e => [...e.scrollWidth > e.clientWidth ? ['one scrolls'] : [], ...[...e.querySelectorAll('text')].filter(t => t.getBoundingClientRect().height < 10).map(t => `${t.textContent} is small`)])));
			await page.evaluate(axe);
			const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
			claim(`${width}, ${colorScheme}: axe-core finds nothing serious`, found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
				.map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html).join(' ')}`), found.passes.length > 20 ? '' : 'it has looked at little');
			claim(`${width}, ${colorScheme}: nothing is asked for, nothing is said`, same(asked.length, 1), said);
			await context.close();
		}
}

async function hostile(browser) {
	const label = '<img src=x onerror=document.title=1></style><script>document.title=2</script>&amp;"\'', quoted = `"${label.replaceAll('"', '""')}"`;
	const { file } = report('hostile', text => text.replace('till-2,shop,Berlin', `${quoted},${quoted},${quoted}`));
	const { page, context, asked } = await open(browser, file);
	await page.getByLabel('Group by').selectOption('owner');
	claim('markup in a label is text', same(await page.title(), 'FAIL: retired addresses, 2026-03-01'),
		same(await page.locator('img').count(), 0), same(asked.length, 1),
		(await page.locator('.who i').allTextContents()).includes(label) ? '' : 'not as written',
		(await page.locator('#all h3').allTextContents()).includes(label) ? '' : 'not as written in a heading');
	await context.close();
}

async function main() {
	const { file, findings } = report('morning');
	const browser = await launch();
	const { page, asked, said } = await open(browser, file);
	await keyboard(page);
	await tables(page);
	await filters(page, findings);
	await orders(page, findings);
	await opens(page, findings);
	claim('nothing was asked for but the page', same(asked.length, 1), said);
	await withoutScript(browser, file, findings);
	await looks(browser, file);
	await hostile(browser);
	await browser.close();
}

main().catch(e => claim('to the end', String(e.stack))).finally(() => {
	console.log(`${passed} passed, ${failed} failed, 0 skipped`);
	process.exit(failed ? 1 : 0);
});
