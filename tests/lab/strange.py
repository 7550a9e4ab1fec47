"""A language in which every word is marked, so that whatever else stands on a page is seen."""

from __future__ import annotations

from typing import Any

from thalweg.lab.language import Language, LessonTexts, StepTexts
from thalweg.lab.lesson import ours
from thalweg.lab.words import english

CODE = "xx"

UNMARKED = """(names) => {  // every text that a reader can come to, without what is marked and what is a name
    let deep = 0; // a sentence with an element in it goes on in the next text
    const without = (text) => {
        let left = "";
        for (const sign of text) {
            if (sign === "⟦") deep += 1;
            else if (sign === "⟧") deep -= 1;
            else if (deep === 0) left += sign;
        }
        return left.split(/[^\\p{L}]+/u).filter((word) => word.length > 1 && !names.includes(word)).join(" ");
    };
    const found = [], skipped = "script, style, code, pre, kbd, noscript, .quoted, [translate=no]";
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { parentElement, textContent } = walker.currentNode;
        if (!parentElement.closest(skipped)) found.push(without(textContent));
    }
    if (deep !== 0) return [`${deep} marks are not closed`];
    for (const element of document.querySelectorAll("body *")) {
        for (const name of ["aria-label", "aria-description", "title", "alt", "placeholder"]) {
            if (element.hasAttribute(name)) found.push(without(element.getAttribute(name)));
        }
    }
    found.push(...[...globalThis.heard, ...globalThis.painted].map(without));
    return [...new Set(found.filter(Boolean))];
}"""

LISTENING = """
    globalThis.heard = [];
    globalThis.painted = [];
    const paint = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        painted.push(text);
        return paint.call(this, text, ...rest);
    };
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            const place = (target.closest ? target : target.parentElement)?.closest("[role=status]");
            if (place && !place.querySelector(".quoted")) heard.push(place.textContent);
        }
    }).observe(document, { subtree: true, childList: true, characterData: true });
"""
"""Keeps what is said to a screen reader, and what is written on a canvas."""


def strange() -> Language:
    """Return the language of marks: all words of the page and of the lessons."""
    words = {word: marked(text) for word, text in english().items()}
    lessons = {each.name: _lesson(each) for each in ours()}
    return Language(CODE, marked("Strange"), words, lessons)


def marked(text: str) -> str:
    return f"⟦{text}⟧"


def _lesson(lesson: Any) -> LessonTexts:
    steps = [
        StepTexts(
            say=marked(step.say["en"]),
            do=marked(step.do["en"]) if step.do else "",
            ask=marked(step.guess.ask["en"]) if step.guess else "",
            then=marked(step.then["en"]) if step.then else "",
        )
        for step in lesson.steps
    ]
    return LessonTexts(marked(lesson.title["en"]), tuple(steps))
