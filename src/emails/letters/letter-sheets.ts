import type { Campaign } from '../../campaigns/campaign.ts'
import { letterLocale, letterWords, type Target } from '../../campaigns/letter-language.ts'
import { oneLine } from '../../kit/characters.ts'
import { formatDay } from '../../kit/dates.ts'
import { directionOf } from '../../kit/locales.ts'
import { dataToHtml } from '../template/escape.ts'
import type { DigestMailEntry } from './digest.ts'
import { letterHtml } from './letter.ts'

/** HTML page that prints each letter of a digest on its own sheet, A4 or US Letter. `date` is in epoch ms. */
export function letterSheets(
  campaign: Campaign,
  target: Target,
  entries: readonly DigestMailEntry[],
  date: number,
  publicUrl: string,
): string {
  const locale = letterLocale(campaign, target)
  const direction = directionOf(locale)
  const { title } = letterWords(campaign, target)
  const sheets = entries.map(({ name, place, text }) => {
    const letter = letterHtml(campaign, target, { name, place, sentence: text }, publicUrl)
    return `<section><p>${dataToHtml(formatDay(locale, date))}</p>\n<h1>${dataToHtml(oneLine(title))}</h1>\n${letter}</section>`
  })
  return `<!doctype html>
<html lang="${locale}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${dataToHtml(oneLine(title))}</title>
<style>${STYLE}</style></head>
<body>
${sheets.join('\n')}
</body>
</html>`
}

const STYLE = [
  '@page{margin:20mm}',
  'body{max-width:42em;margin:2em auto;padding:0 1em;font:11pt/1.5 serif}',
  'h1{font-size:1.2em}',
  'section+section{break-before:page;border-top:1px solid;padding-top:1em}',
  '@media print{body{margin:0;padding:0}section+section{border:0;padding:0}}',
].join('')
