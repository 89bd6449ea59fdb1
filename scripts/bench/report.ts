/** The results of a benchmark run as text for the terminal; the type is the JSON of `--json`. */

import type { Baseline } from './naive-baseline.ts'
import type { Pages } from './pages.ts'
import type { Work } from './work.ts'

export type Sent = {
  shape: string
  people: number
  perSecond: number // of the run with the median speed, as are the figures below
  between: [slowest: number, fastest: number]
  ofLimit: number // share of the speed of a bare client at the same sink
  cpuSeconds: number
  peakMegabytes: number
  bytesPerRecipient: number
  calls: number
}

export type Results = {
  machine: string
  campaign: string
  limits: Array<{ shape: string; perSecond: number; bytesPerRecipient: number }>
  sent: Sent[]
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
  if (results.rehearsalMs !== undefined)
    parts.push(`Compiling all languages, once per revision: ${number(results.rehearsalMs)} ms (not included above)`)
  if (usual !== undefined) parts.push(baselineInWords(usual))
  if (results.work.length > 0) parts.push(workInWords(results.work))
  if (merge !== undefined)
    parts.push(`One merge: ${number(merge.microseconds, 1)} µs for ${number(merge.bytes)} bytes of HTML and text`)
  if (pages !== undefined)
    parts.push(
      [
        `Requests/s: a bare Hono app ${number(pages.hello)}`,
        `the campaign page ${number(pages.page)} (${number(pages.pageBytes)} bytes)`,
        `sign-ups ${number(pages.signUps)}`,
      ].join(', '),
    )
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
      `${number(one.ofLimit * 100)} %`,
      number((one.cpuSeconds / one.people) * 1e6),
      number(one.cpuSeconds, 2),
      number(one.peakMegabytes),
      number(one.bytesPerRecipient),
      number(one.calls),
    ]),
  )}`

function baselineInWords({ perSecond, mails, bytes, cpuSeconds }: Baseline): string {
  const cpu = number((cpuSeconds / mails) * 1e6)
  const minutes = number(100_000 / perSecond / 60)
  return `The naive loop, MJML for each recipient and SMTP: ${number(perSecond)} mails/s, ${cpu} µs of CPU each
  (${number(mails)} mails of ${number(bytes)} bytes of HTML; at that rate 100,000 would take ${minutes} minutes)`
}

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
