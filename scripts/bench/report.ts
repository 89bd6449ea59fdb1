/** The results of a benchmark run as text for the terminal; the type is the JSON of `--json`. */

import type { Baseline } from './naive-baseline.ts'
import type { Pages } from './pages/pages.ts'
import type { Work } from './work.ts'

export type Sent = {
  shape: string
  people: number
  perSecond: number // of the run with the median speed, as are the figures below
  between: [slowest: number, fastest: number]
  ofLimit: number // share of the speed of a bare client at the same sink
  busy: number // share of the time in which workerd's main thread had work
  cpuSeconds: number
  peakMegabytes: number
  bytesPerRecipient: number
  calls: number
}

/** The speed of a reference, and that of a dispatch to as many people as a share of it. */
export type Shared = {
  shape: string
  people: number
  reference: string
  perSecond: number
  between: [slowest: number, fastest: number]
  share: number
}

export type Results = {
  machine: string
  campaign: string
  limits: Array<{ shape: string; perSecond: number; bytesPerRecipient: number }>
  sent: Sent[]
  references: Shared[]
  rehearsalMs?: number
  usual?: Baseline
  work: Array<Work & { shape: string; providerDollars: number }>
  merge?: { microseconds: number; bytes: number }
  pages?: Pages
  budgets: Budget[]
}

export type Budget = { what: string; budget: string; measured: string; met: boolean }

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: digits, minimumFractionDigits: digits })

const percent = (share: number): string => `${number(share * 100)} %`

/** A text table. Columns are as wide as their widest cell; the first is aligned left, the others right. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: string[]) =>
    `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('   ')}`
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n')
}

/** All results that were measured, as text for the terminal. */
export function inWords(results: Results): string {
  const { usual, merge, pages } = results
  const parts = [`${results.machine}\n${results.campaign}`]
  if (results.limits.length > 0)
    parts.push(
      `Bare client with finished bodies, to the same sink\n${table(
        ['shape', 'recipients/s', 'bytes each'],
        results.limits.map((one) => [one.shape, number(one.perSecond), number(one.bytesPerRecipient)]),
      )}`,
    )
  if (results.sent.length > 0) parts.push(sentInWords(results.sent))
  if (results.references.length > 0) parts.push(referencesInWords(results.references))
  if (results.rehearsalMs !== undefined)
    parts.push(`Compiling all languages, once per revision: ${number(results.rehearsalMs)} ms (not included above)`)
  if (usual !== undefined) parts.push(baselineInWords(usual))
  if (results.work.length > 0) parts.push(workInWords(results.work))
  if (merge !== undefined)
    parts.push(`One merge: ${number(merge.microseconds, 1)} µs for ${number(merge.bytes)} bytes of HTML and text`)
  if (pages !== undefined) parts.push(pagesInWords(pages))
  if (results.budgets.length > 0)
    parts.push(
      `Budgets\n${table(
        ['what', 'budget', 'measured', ''],
        results.budgets.map(({ what, budget, measured, met }) => [what, budget, measured, met ? 'met' : 'MISSED']),
      )}`,
    )
  return `\n${parts.join('\n\n')}\n`
}

const sentInWords = (sent: Results['sent']): string =>
  `Tocsin, from the start of the dispatch to the last acceptance\n${table(
    [
      'shape',
      'people',
      'recipients/s',
      'between',
      'of the limit',
      'main busy',
      'CPU µs each',
      'CPU s',
      'peak MB',
      'bytes each',
      'calls',
    ],
    sent.map((one) => [
      one.shape,
      number(one.people),
      number(one.perSecond),
      one.between.map((value) => number(value)).join('–'),
      percent(one.ofLimit),
      percent(one.busy),
      number((one.cpuSeconds / one.people) * 1e6),
      number(one.cpuSeconds, 2),
      number(one.peakMegabytes),
      number(one.bytesPerRecipient),
      number(one.calls),
    ]),
  )}`

const referencesInWords = (references: Results['references']): string =>
  `Ceiling: finished calls are copied, hashed, noted in two rows and sent. Floor: people are listed and opened, calls hashed and sent\n${table(
    ['shape', 'people', 'reference', 'recipients/s', 'between', 'Tocsin reaches'],
    references.map((one) => [
      one.shape,
      number(one.people),
      one.reference,
      number(one.perSecond),
      one.between.map((value) => number(value)).join('–'),
      percent(one.share),
    ]),
  )}`

function baselineInWords({ perSecond, mails, bytes, cpuSeconds }: Baseline): string {
  const cpu = number((cpuSeconds / mails) * 1e6)
  const minutes = number(100_000 / perSecond / 60)
  return `The naive loop, MJML for each recipient and SMTP: ${number(perSecond)} mails/s, ${cpu} µs of CPU each
  (${number(mails)} mails of ${number(bytes)} bytes of HTML; at that rate 100,000 would take ${minutes} minutes)`
}

const pagesInWords = ({ hello, sameSize, page, pageBytes, ofSameSize, signUps, largest, largestLong }: Pages): string =>
  [
    `Requests/s: a bare Hono app ${number(hello)}, with a text of the page's size ${number(sameSize)}`,
    `the campaign page ${number(page)} (${number(pageBytes)} bytes), ${percent(ofSameSize)} of that; sign-ups ${number(signUps)}`,
    `The largest page with its style sheet, compressed: ${number(largest.bytes)} bytes (${largest.path})`,
    `a campaign three times as long: ${number(largestLong.bytes)} bytes`,
  ].join('\n  ')

const workInWords = (work: Results['work']): string => {
  const each = (one: Work, count: number) => number((count / one.people) * 1_000, 1)
  return `Work of the platform per 1,000 recipients, and dollars per million\n${table(
    ['shape', 'people', 'rows written', 'rows read', 'KV', 'object requests', 'alarms', 'platform $', 'provider $'],
    work.map((one) => [
      one.shape,
      number(one.people),
      each(one, one.total.rowsWritten),
      each(one, one.total.rowsRead),
      each(one, one.total.kvReads + one.total.kvWrites + one.total.kvLists),
      each(one, one.total.objectRequests),
      each(one, one.total.alarms),
      number(one.dollarsPerMillion, 2),
      number(one.providerDollars),
    ]),
  )}`
}
