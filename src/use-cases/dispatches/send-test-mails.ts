import {
  type Campaign,
  campaignBlockedBy,
  datedSections,
  isDated,
  localesOf,
  localesOfMail,
  MAX_TESTS_AN_ADDRESS,
  newestSection,
  wordsIn,
} from '../../campaigns/campaign.ts'
import type { TestAllowance } from '../../dispatch/dispatch-index.ts'
import { BULK_EMAILS, type BulkEmail } from '../../emails/message.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { type Address, normaliseAddress } from '../../security/address.ts'
import { MAILBOX_FULL, postTest, type TestMailDeps } from './send-test-mail.ts'

export type TestMailsDeps = TestMailDeps & {
  campaign(slug: string): Promise<Campaign | null>
  /** Takes addresses from the day's allowance, unless fewer are left. */
  take(addresses: number): Promise<TestAllowance>
}

/** `emails`, such as `appeal`, `update` (the newest) or `update/2026-12-01`, and `locales`: those to send; undefined means all. */
type TestMailsInput = {
  to: readonly string[]
  campaign: string
  emails?: readonly string[] | undefined
  locales?: readonly string[] | undefined
}

/** `path`: the field at fault, never an address. */
type TestFault = { path: string; message: string }

type TestMailsOutcome =
  | { kind: 'no-such-campaign' | 'naming-expired' }
  | { kind: 'faults'; faults: TestFault[] }
  | { kind: 'too-many-today'; asked: number; left: number }
  | { kind: 'queued'; mails: number; addresses: number; leftToday: number; notSent: TestFault[] }

/** An e-mail of the campaign. */
type TestedEmail = { email: BulkEmail; updateId?: string }
type TestedAddress = { path: string; address: Address; fingerprint: string }

/**
 * Sends e-mails of a campaign to a few addresses, marked with their language, in every language and kind or in those that are named. The
 * campaign may be a draft, closed or past its last day; but nobody is named after the end of their agreement.
 */
export async function sendTestMails(deps: TestMailsDeps, input: TestMailsInput): Promise<TestMailsOutcome> {
  const campaign = await deps.campaign(input.campaign)
  if (campaign === null) return { kind: 'no-such-campaign' }
  if (campaignBlockedBy({ ...campaign, status: 'open', doNotUseAfter: undefined }, deps.now) !== null)
    return { kind: 'naming-expired' }
  const faults: TestFault[] = []
  const mails = mailsOf(campaign, input, faults)
  const people = await addressesOf(deps, input.to, faults)
  if (faults.length > 0) return { kind: 'faults', faults }

  const isSuppressed = await Promise.all(people.map(({ fingerprint }) => deps.isSuppressed(fingerprint)))
  const free = people.filter((_, i) => !isSuppressed[i])
  const notSent = people.flatMap(({ path }, i) =>
    isSuppressed[i] ? [{ path, message: 'this address is suppressed' }] : [],
  )
  const allowance = await deps.take(free.length)
  if (!allowance.isGranted) return { kind: 'too-many-today', asked: free.length, left: allowance.left }
  let posted = 0
  const toOne = async ({ path, ...to }: TestedAddress): Promise<void> => {
    for (const mail of mails) {
      const answer = await postTest(deps, { campaign, ...mail, to, mark: `Test ${mail.locale}` })
      if (answer === 'full') {
        notSent.push({ path, message: MAILBOX_FULL })
        return
      }
      posted++
    }
  }
  await Promise.all(free.map(toOne))
  return { kind: 'queued', mails: posted, addresses: free.length, leftToday: allowance.left, notSent }
}

/** The mails to send: each e-mail in each language that both exist. */
function mailsOf(
  campaign: Campaign,
  { emails, locales }: TestMailsInput,
  faults: TestFault[],
): Array<TestedEmail & { locale: string }> {
  const known = emailsOf(campaign)
  const names = [...new Set(emails)]
  const wanted = emails === undefined ? newestEmails(campaign) : names.flatMap(named)
  function named(name: string): TestedEmail[] {
    const found =
      newestEmails(campaign).find(({ email }) => email === name) ?? known.find((one) => nameOf(one) === name)
    if (found === undefined)
      faults.push({
        path: `emails.${emails?.indexOf(name)}`,
        message: `expected one of: ${known.map(nameOf).join(', ')}`,
      })
    return found === undefined ? [] : [found]
  }
  const spoken = localesOf(campaign)
  for (const [i, locale] of (locales ?? []).entries())
    if (!spoken.includes(locale))
      faults.push({ path: `locales.${i}`, message: `expected one of: ${spoken.join(', ')}` })
  const mails = wanted.flatMap((one) =>
    localesOfMail(campaign, one.email, one.updateId)
      .filter((locale) => locales?.includes(locale) ?? true)
      .map((locale) => ({ ...one, locale })),
  )
  if (mails.length > MAX_TESTS_AN_ADDRESS) {
    const message = `found ${mails.length} mails to each address; expected at most ${MAX_TESTS_AN_ADDRESS}: name fewer e-mails or languages`
    faults.push({ path: 'emails', message })
  }
  if (mails.length === 0 && faults.length === 0)
    faults.push({ path: 'locales', message: 'these e-mails do not exist in these languages: expected others' })
  return mails
}

const nameOf = ({ email, updateId }: TestedEmail): string => (updateId === undefined ? email : `${email}/${updateId}`)

/** Every e-mail of the campaign. */
const emailsOf = (campaign: Campaign): TestedEmail[] =>
  BULK_EMAILS.flatMap((email): TestedEmail[] =>
    isDated(email)
      ? datedSections(wordsIn(campaign, FALLBACK_LOCALE), email).map(({ id }) => ({ email, updateId: id }))
      : [{ email }],
  )

/** One e-mail of each kind, the newest. */
const newestEmails = (campaign: Campaign): TestedEmail[] =>
  BULK_EMAILS.flatMap((email): TestedEmail[] => {
    if (!isDated(email)) return [{ email }]
    const newest = newestSection(datedSections(wordsIn(campaign, FALLBACK_LOCALE), email))
    return newest === undefined ? [] : [{ email, updateId: newest.id }]
  })

/** The addresses, each once. */
async function addressesOf(
  { settings }: TestMailsDeps,
  to: readonly string[],
  faults: TestFault[],
): Promise<TestedAddress[]> {
  const found = new Map<string, TestedAddress>()
  for (const [i, text] of to.entries()) {
    const [path, address] = [`to.${i}`, normaliseAddress(text)]
    if (!address.ok) {
      faults.push({ path, message: 'expected one e-mail address' })
      continue
    }
    const fingerprint = await settings.fingerprint(address.value)
    if (!found.has(fingerprint)) found.set(fingerprint, { path, address: address.value, fingerprint })
  }
  return [...found.values()]
}
