// What scripts say, in the reader's language: the page brings it along.

const WORDS = JSON.parse(document.body.dataset.words || "{}");

export const say = (code) => WORDS[code];

// English as the United Nations write it, day before month.
export const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
export const ZONE = document.documentElement.dataset.zone || "UTC";
