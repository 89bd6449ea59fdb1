import { directionOf } from '../../kit/locales.ts'
import { dataToHtml } from '../template/escape.ts'
import { linkHtml } from '../template/prose-html.ts'
import { fontFor, PALETTE } from '../template/style.ts'

const { light, dark } = PALETTE

/** A mail that people write: its heading, its content as HTML, and the lines below it as HTML. */
type MailPage = { locale: string; title: string; content: string; footer: readonly string[] }

/** Widest text in pixels, as in the e-mails of templates: about 70 characters in a line. */
const WIDTH = 600
/** For Outlook on Windows, which knows no greatest width. */
const TABLE = [
  '<!--[if mso]><table role="presentation" align="center" width="600"><tr><td><![endif]-->',
  '<!--[if mso]></td></tr></table><![endif]-->',
]

const darkRules = (scope: string): string =>
  [
    `.page{background:${dark.card}!important;color:${dark.ink}!important}`,
    `.soft{color:${dark.quiet}!important}`,
    `.link{color:${dark.accent}!important}`,
    `.accent-line{border-color:${dark.accent}!important}`,
    `.line{border-color:${dark.line}!important}`,
  ]
    .map((rule) => scope + rule)
    .join('')

/** The dark colours are in style sheets of their own: a mail program that cannot read one drops the whole sheet. */
const HEAD = `<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<style>:root{color-scheme:light dark}</style>
<style>@media (prefers-color-scheme:dark){${darkRules('')}}</style>
<style>${darkRules('[data-ogsc] ')}${darkRules('[data-ogsb] ')}</style>`

/** A whole HTML mail of one column. A word of any length is broken, so that nobody scrolls sideways. */
export function mailPage({ locale, title, content, footer }: MailPage): string {
  const direction = directionOf(locale)
  const page = `margin:0;background:${light.card};color:${light.ink};font:17px/27px ${fontFor(locale)}`
  return `<!doctype html>
<html lang="${locale}" dir="${direction}">
<head>${HEAD}<title>${dataToHtml(title)}</title></head>
<body class="page" dir="${direction}" style="${page};overflow-wrap:anywhere;word-break:break-word">
${TABLE[0]}<main class="page" style="${page};max-width:${WIDTH}px;margin:0 auto;padding:24px 20px 40px">
<h1 style="margin:0 0 22px;font-size:24px;line-height:32px">${dataToHtml(title)}</h1>
${content}
<hr class="line" style="margin:28px 0 16px;border:0;border-top:1px solid ${light.line}">
<div class="soft" style="color:${light.quiet};font-size:14px;line-height:22px">
${footer.map((line) => `<p style="margin:0 0 10px">${line}</p>`).join('\n')}
</div></main>${TABLE[1]}
</body>
</html>`
}

/** A heading within a mail. */
export const headingHtml = (text: string): string =>
  `<h2 style="margin:28px 0 10px;font-size:20px;line-height:1.3;font-weight:700">${dataToHtml(text)}</h2>`

export const labelledLink = (label: string, url: string): string => linkHtml(url, dataToHtml(label))
