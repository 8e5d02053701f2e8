// What tools/shots and browser.test share: a browser that may ask nobody for anything, and what is held against a page.
'use strict';
const fs = require('fs');
const url = require('url');

const CHROMIUM = process.env.CHROMIUM || ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(f => fs.existsSync(f));
const WIDE = { width: 1280, height: 900 }, NARROW = { width: 400, height: 800 };

// The module, or null where it was not fetched (make browser).
function fetched(name) {
	try {
		return require(name);
	} catch {
		return null;
	}
}

async function launch() {
	return fetched('playwright-core').chromium.launch({ executablePath: CHROMIUM, args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
}

// A page at a file, with all that it asked for in `asked`: the file itself is the first and has to be the only one.
async function open(browser, file, options) {
	const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', ...options });
	context.setDefaultTimeout(300000);	// a machine may have much else to do
	const page = await context.newPage();
	const asked = [], said = [];
	page.on('request', r => asked.push(r.url()));
	page.on('console', m => said.push(m.text()));
	page.on('pageerror', e => said.push(String(e)));
	await page.goto(String(url.pathToFileURL(file)));
	return { page, context, asked, said };
}

// What is wider than the page, in words; empty where nothing is.  What scrolls inside a box of its own is not.
function overflows() {
	const wrong = [], width = document.documentElement.clientWidth;
	const boxed = e => { for (; e; e = e.parentElement) if (['auto', 'scroll'].includes(getComputedStyle(e).overflowX)) return true; return false; };
	if (document.scrollingElement.scrollWidth > width)
		wrong.push(`the page is ${document.scrollingElement.scrollWidth} wide, the window ${width}`);
	for (const e of document.querySelectorAll('main *')) {
		const box = e.getBoundingClientRect();
		if (box.width > 1 && box.right > width + 1 && !boxed(e))
			wrong.push(`${e.tagName} ${e.className} "${e.textContent.slice(0, 30)}" ends at ${box.right}`);
	}
	return wrong;
}

module.exports = { CHROMIUM, WIDE, NARROW, fetched, launch, open, overflows };
