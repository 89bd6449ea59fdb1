/** The page that shows all of a preview: each thing at the width of a phone and of a desktop, with text part, subject and size. */

import { escapeHtml } from '../../src/emails/template/escape.ts'
import { directionOf, localeName } from '../../src/kit/locales.ts'
import type { Collected } from './collect.ts'
import { pathOf, type Shown } from './shown.ts'

/** First line of every index, by which a folder is known to be a preview. */
export const MARK = '<!doctype html><!-- Made by tocsin preview -->'

/** CSS pixels of the frames: a narrow phone, and a desktop where mails and pages have their full measure. */
const PHONE = 360
const DESKTOP = 1000

export function indexPage({ slug, title, wasDraft, locales, shown }: Collected): string {
  const draft = wasDraft
    ? '<p class="note">The campaign is a draft. This is what people will see once its status is open. Nothing was published or sent.</p>'
    : ''
  const sections = locales.map((locale) => {
    const own = shown.filter((one) => one.locale === locale)
    return `<section id="${locale}"><h2>${escapeHtml(localeName(locale))} (${locale})</h2>\n${own.map(item).join('\n')}</section>`
  })
  return `${MARK}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Preview: ${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><header><h1>${escapeHtml(title)}</h1><p>Preview of campaigns/${slug}. People and their words in it are invented; links with tokens lead nowhere.</p>
${draft}<nav>${locales.map((locale) => `<a href="#${locale}">${escapeHtml(localeName(locale))}</a>`).join(' ')}</nav></header>
<main>${sections.join('\n')}</main></body></html>
`
}

function item(one: Shown): string {
  const { kind, locale, title, subject, warnings = [] } = one
  const links = Object.entries(one.files).map(
    ([ending, bytes]) =>
      `<a href="${pathOf(one, ending)}">.${ending}</a> ${bytes.length.toLocaleString('en-GB')} bytes`,
  )
  const dir = directionOf(locale)
  const about = [
    ...(subject === undefined ? [] : [`<p><b>Subject</b> <bdi lang="${locale}">${escapeHtml(subject)}</bdi></p>`]),
    `<p>${links.join(' · ')}</p>`,
    ...warnings.map((warning) => `<p class="note">${escapeHtml(warning)}</p>`),
  ]
  const text = one.files.txt ?? one.files.ics
  const parts = [
    ...(one.files.html === undefined ? [] : [frame(one, PHONE, 'Phone'), frame(one, DESKTOP, 'Desktop')]),
    ...(one.files.png === undefined ? [] : [`<img src="${pathOf(one, 'png')}" alt="" loading="lazy">`]),
    ...(text === undefined
      ? []
      : [
          `<figure><figcaption>Text</figcaption><pre lang="${locale}" dir="${dir}">${escapeHtml(decode(text))}</pre></figure>`,
        ]),
  ]
  return `<details><summary><span class="kind">${kind}</span> ${escapeHtml(title)}</summary>\n${about.join('\n')}\n<div class="frames">${parts.join('\n')}</div></details>`
}

/** Sandboxed: a form or a script of a page does nothing here. Frames of closed items are not loaded. */
function frame(one: Shown, width: number, label: string): string {
  const from = one.styled === undefined ? `src="${pathOf(one, 'html')}"` : `srcdoc="${escapeHtml(one.styled)}"`
  return `<figure><figcaption>${label}, ${width} pixels</figcaption><iframe sandbox loading="lazy" width="${width}" height="740" title="${label}" ${from}></iframe></figure>`
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const STYLE = [
  ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}',
  'body{margin:0 auto;padding:1rem;max-width:100rem}',
  'nav{display:flex;flex-wrap:wrap;gap:1rem;padding:.5rem 0}',
  'details{border-top:1px solid #8888;padding:.4rem 0}',
  'summary{cursor:pointer}',
  '.kind{display:inline-block;width:3.5rem;opacity:.7}',
  '.note{border-inline-start:4px solid #b0131d;padding-inline-start:.75rem}',
  '.frames{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}',
  'figure{margin:0;max-width:100%;overflow-x:auto}',
  'iframe{border:1px solid #8888;background:#fff}',
  'pre{white-space:pre-wrap;width:42em;max-width:100%;margin:0;padding:1rem;border:1px solid #8888;box-sizing:border-box}',
  'img{max-width:100%}',
].join('')
