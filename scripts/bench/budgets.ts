import type { Budget, Results } from './report.ts'
import type { Work } from './work.ts'

/** Least recipients per second at ten thousand people, by shape. */
const PER_SECOND: Record<string, number> = { resend: 5_000, mailgun: 10_000 }
/** Highest numbers of operations per 1,000 recipients. */
const ROWS_WRITTEN = 50
const KV_OPERATIONS = 3
const OBJECT_REQUESTS = 30
const MERGE_MICROSECONDS = 20
const MERGE_BYTES = 20_000
/** Share by which the time per recipient may differ between 10,000 and 100,000 people. */
const GROWTH = 0.25
/** Least requests per second of a campaign page, as a share of a bare Hono app's. */
const PAGE = 0.5
const PAGE_BYTES = 30_000

const TEN_THOUSAND = 10_000
const HUNDRED_THOUSAND = 100_000

/** Compares the measured results with the budgets. Returns one entry for each budget that this run measured. */
export function budgets({ sent, work, merge, pages }: Results): Budget[] {
  const found: Budget[] = []
  const add = (what: string, budget: string, measured: string, met: boolean) =>
    found.push({ what, budget, measured, met })
  const round = (value: number) => Math.round(value).toLocaleString('en-GB')
  for (const { shape, people, perSecond } of sent) {
    const least = PER_SECOND[shape] ?? 0
    if (people === TEN_THOUSAND)
      add(`${shape}, 10,000 people, recipients/s`, `≥ ${round(least)}`, round(perSecond), perSecond >= least)
    const ten = sent.find((other) => other.shape === shape && other.people === TEN_THOUSAND)
    if (people !== HUNDRED_THOUSAND || ten === undefined) continue
    const growth = ten.perSecond / perSecond - 1
    const percent = `${growth > 0 ? '+' : ''}${round(growth * 100)} %`
    add(`${shape}, time per recipient, 100,000 against 10,000`, '± 25 %', percent, Math.abs(growth) <= GROWTH)
  }
  for (const one of work.filter(({ people }) => people === TEN_THOUSAND)) {
    const { total } = one
    const perThousandBudget = (what: string, most: number, count: number) =>
      add(
        `${one.shape}, ${what} per 1,000`,
        `≤ ${most}`,
        perThousand(one, count).toFixed(1),
        perThousand(one, count) <= most,
      )
    perThousandBudget('rows written', ROWS_WRITTEN, total.rowsWritten)
    perThousandBudget('KV operations', KV_OPERATIONS, total.kvReads + total.kvWrites + total.kvLists)
    perThousandBudget('object requests', OBJECT_REQUESTS, total.objectRequests)
  }
  if (merge !== undefined) {
    const { microseconds, bytes } = merge
    const most = (MERGE_MICROSECONDS * bytes) / MERGE_BYTES
    add(
      `one merge, µs for ${round(bytes)} bytes`,
      `≤ ${most.toFixed(0)}`,
      microseconds.toFixed(1),
      microseconds <= most,
    )
  }
  if (pages !== undefined) {
    const share = pages.page / pages.hello
    add('campaign page, share of a bare Hono app', '≥ 50 %', `${round(share * 100)} %`, share >= PAGE)
    add('campaign page, bytes', `≤ ${round(PAGE_BYTES)}`, round(pages.pageBytes), pages.pageBytes <= PAGE_BYTES)
  }
  return found
}

const perThousand = ({ people }: Work, count: number): number => (count / people) * 1_000
