/**
 * Handlebars as far as plain variables go, read as its own lexer reads it: text runs to the next `{{`; a backslash before that
 * escapes it, two stand for one; `{{{` opens another kind of place. Values are written as they are: SES escapes nothing
 * (https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-advanced.html).
 *
 * @throws Error for anything else between braces and for a variable that is not given, which SES reports as a rendering failure
 *   after it has accepted the mail.
 */
export function renderHandlebars(template: string, data: Readonly<Record<string, string>>): string {
  let rendered = ''
  let rest = template
  for (;;) {
    const at = rest.indexOf('{{')
    if (at < 0) return rendered + rest
    const before = rest.slice(0, at)
    rest = rest.slice(at)
    if (before.endsWith('\\\\')) rendered += before.slice(0, -1)
    else if (before.endsWith('\\')) {
      rendered += `${before.slice(0, -1)}{{`
      rest = rest.slice(2)
      continue
    } else rendered += before
    const place = /^\{\{(\w+)\}\}(?!\})/.exec(rest) ?? /^\{\{\{(\w+)\}\}\}/.exec(rest)
    const value = place?.[1] === undefined ? undefined : data[place[1]]
    if (place === null || value === undefined) throw new Error(`cannot render ${rest.slice(0, 30)}`)
    rendered += value
    rest = rest.slice(place[0].length)
  }
}
