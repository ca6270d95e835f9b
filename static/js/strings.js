/** What people read, in their language: the English sentence is the key. The page brings the sentences with it. */

const brought = globalThis.document?.getElementById("strings")?.textContent;
const { language = "en", script = {}, errors = {} } = brought ? JSON.parse(brought) : {};

export { language };

export function fill(text, values = {}) {
  return text.replace(/{(\w+)}/g, (whole, name) => String(values[name] ?? whole));
}

/** The sentence in the reader's language, or as it stands. */
export function t(text, values) {
  return fill(script[text] ?? text, values);
}

/** Why something was refused: by its code and field, by its code, or in the error's own words. */
export function explain(error) {
  const text = errors[`${error.code}.${error.field}`] ?? errors[error.code] ?? error.message;
  return fill(text, { suggestion: error.suggestion ?? "", retry_after: Math.max(1, Math.ceil(error.retry_after ?? 0)) });
}
