/**
 * Renders a Handlebars template of plain variables, after the Handlebars lexer: text runs to the next `{{`, a backslash
 * before `{{` escapes it, two backslashes stand for one, and `{{{` opens an unescaped place. Values are inserted as they
 * are, since SES escapes nothing (https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-advanced.html).
 *
 * @throws Error for other expressions and missing variables, which SES reports as a rendering failure after accepting the mail.
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
