// The one tooltip: shows the words in data-tip of whatever is pointed at or focused, with data-lines on lines of their
// own, and those in data-whole of what is cut off; Escape hides it.

import { h } from './dom.js';

const tip = h('div', { class: 'tip', role: 'tooltip', id: 'tip', hidden: true });

/** Starts listening. */
export function startTips() {
	document.body.append(tip);
	document.addEventListener('pointerover', (event) => show(told(event.target)));
	document.addEventListener('focusin', (event) => show(told(event.target)));
	document.addEventListener('focusout', hide);
	document.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
	document.addEventListener('scroll', follow, { passive: true, capture: true });
}

let owner = null;

function told(target) {
	const element = target.closest?.('[data-tip], [data-whole]');
	return element?.dataset.tip || element?.scrollWidth > element?.clientWidth ? element : null;
}

function show(element) {
	if (element === owner) {
		return;
	}
	hide();
	if (!element) {
		return;
	}
	owner = element;
	owner.setAttribute('aria-describedby', 'tip');
	tip.textContent = element.dataset.tip ?? element.dataset.whole;
	tip.classList.toggle('tip-lines', 'lines' in element.dataset);
	tip.hidden = false;
	place(element);
}

/** What has the focus is scrolled into sight with its tip; from under the pointer it scrolls away. */
function follow() {
	if (owner?.matches(':focus')) {
		place(owner);
	} else {
		hide();
	}
}

function place(element) {
	const at = element.getBoundingClientRect();
	const left = Math.max(8, Math.min(at.left + at.width / 2 - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8));
	const above = at.top - tip.offsetHeight - 6;
	tip.style.left = left + 'px';
	tip.style.top = (above > 4 ? above : at.bottom + 6) + 'px';
}

function hide() {
	owner?.removeAttribute('aria-describedby');
	owner = null;
	tip.hidden = true;
}
