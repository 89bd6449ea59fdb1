/** Demonstration, delivery: moves the clock over the days that letters take, and checks every mail against the people's actions. */

import PostalMime from 'postal-mime'
import { paths } from '../../src/paths.ts'
import { live } from '../clock/live.ts'
import type { MovableClock } from '../clock/movable.ts'
import { type CapturedMail, readEml, readOutbox } from '../local/outbox.ts'
import { abuser, confirmed, supporting, undecided } from './acting.ts'
import { endorsers } from './crowd.ts'
import { differs, differsInMembers } from './report.ts'
import type { Stage } from './stage.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Milliseconds by which the clock passes the next alarm, so that the alarms of these minutes fire in one move. */
export const STRIDE_MS = 8 * MINUTE_MS

/** The next Monday at noon UTC (epoch ms), when the offices of all targets are open. */
export function nextMonday(now: number): number {
  const noon = Math.floor(now / DAY_MS) * DAY_MS + 12 * HOUR_MS
  const weekday = new Date(noon).getUTCDay()
  const days = (8 - weekday) % 7
  return noon + (days === 0 && noon <= now ? 7 : days) * DAY_MS
}

type Arrived = CapturedMail & { body: string }

/** Mails after id `before`. `body`: the text part in one line, since the text is wrapped. */
async function mailsSince(site: string, before: number): Promise<Arrived[]> {
  return (await readOutbox(site, before)).map((mail) => ({ ...mail, body: inOneLine(mail.text) }))
}

/** Name in From and address in Reply-To of a mail, parsed from its bytes by an independent parser. */
async function replyIn(site: string, id: number): Promise<{ name: string; replyTo: string }> {
  const { from, replyTo = [] } = await PostalMime.parse(await readEml(site, id))
  return { name: from?.name ?? '', replyTo: replyTo[0]?.address ?? '' }
}

/** Checks that targets, copies, workers and writers got exactly the expected mails at the expected times. */
export async function carried(stage: Stage, before: number, began: number): Promise<void> {
  const mails = await mailsSince(stage.site, before)
  await checkDirector(stage, mails)
  checkDigests(stage, mails, began)
  checkReceipts(stage, mails)
  await checkCounters(stage)
}

const mailsTo = (mails: readonly Arrived[], address: string | undefined): Arrived[] =>
  mails.filter((mail) => mail.to === address)

/** First address of a target, copy or support contact of the campaign. */
const emailOf = ({ campaign }: Stage, list: 'targets' | 'copies' | 'support', id: string): string | undefined =>
  campaign[list].find((one) => one.id === id)?.channels.email?.[0]

/** Checks the letters to the director, who gets each letter in its own mail. */
async function checkDirector(stage: Stage, mails: readonly Arrived[]): Promise<void> {
  const { site, report } = stage
  const director = emailOf(stage, 'targets', 'managing-director')
  const alone = await Promise.all(
    mailsTo(mails, director).map(async (mail) => ({ ...mail, ...(await replyIn(site, mail.id)) })),
  )
  report.check(
    `The director gets ${confirmed.length} letters, one from each writer, with the writer’s name and Reply-To.`,
    [
      ...differsInMembers(
        'letters',
        alone.map(({ replyTo }) => replyTo),
        confirmed.map(({ email }) => email),
      ),
      ...alone.flatMap(({ replyTo, name, body }) => {
        const writer = confirmed.find(({ email }) => email === replyTo)
        return [
          ...differs('the name', name.startsWith(`${writer?.name} via `), true),
          ...differs(`the words of ${name}`, body.split(writer?.sentence ?? '?').length, 2),
        ]
      }),
    ],
  )
  report.check('The letters arrive in office hours in Dublin, at most thirty in an hour.', [
    ...alone.filter(({ at }) => !isOfficeHour(at)).map(({ at }) => `a letter at ${new Date(at).toISOString()}`),
    ...tooFast(alone.map(({ at }) => at)),
  ])
}

/** Checks the digests to the inspector, the copies and the workers, which arrive the next morning. */
function checkDigests(stage: Stage, mails: readonly Arrived[], began: number): void {
  const { report } = stage
  const to = (address: string | undefined) => mailsTo(mails, address)
  const morning = began + 21 * HOUR_MS // nine o'clock on the next day
  const digestFaults = (address: string | undefined, texts: readonly string[]) => [
    ...texts.flatMap((text) =>
      differs(
        `“${text}”`,
        to(address).reduce((times, { body }) => times + body.split(inOneLine(text)).length - 1, 0),
        1,
      ),
    ),
    ...to(address).flatMap(({ at, id }) =>
      at < morning - HOUR_MS || at > morning + 2 * HOUR_MS ? [`mail ${id} at ${new Date(at).toISOString()}`] : [],
    ),
  ]
  const sentences = confirmed.map(({ sentence }) => sentence)
  const inspector = emailOf(stage, 'targets', 'inspector')
  report.check(
    `The inspector gets ${mailsIn(to(inspector))} on the next morning, with every letter once, and all letters as attachments.`,
    [
      ...digestFaults(inspector, sentences),
      ...to(inspector).flatMap(({ attachments }) =>
        differs(
          'attached',
          attachments.map(({ filename }) => filename),
          ['letters.html', 'letters.pdf'],
        ),
      ),
    ],
  )
  const copied = emailOf(stage, 'copies', 'bread-liaison')
  report.check(`The copies arrive in ${mailsIn(to(copied))}, each with a link to opt out.`, [
    ...digestFaults(copied, sentences),
    ...to(copied).flatMap(({ headers }) =>
      differs('one click', headers['List-Unsubscribe-Post'], 'List-Unsubscribe=One-Click'),
    ),
  ])
  const workers = emailOf(stage, 'support', 'bakers-committee')
  const messages = supporting.map(({ support }) => support?.text ?? '')
  report.check(
    `The workers get ${messages.length} messages of support in ${mailsIn(to(workers))}. No other mail contains one.`,
    [
      ...digestFaults(workers, messages),
      ...mails
        .filter((mail) => mail.to !== workers && messages.some((text) => mail.body.includes(inOneLine(text))))
        .map(({ to, id }) => `mail ${id} to ${to}`),
      ...to(workers)
        .filter(({ body }) => body.includes(abuser.name))
        .map(({ id }) => `mail ${id} contains the refused submission`),
    ],
  )
}

function checkReceipts({ report }: Stage, mails: readonly Arrived[]): void {
  report.check('Each confirmed writer gets one receipt with their letter. No mail contains an unconfirmed letter.', [
    ...confirmed.flatMap(({ email, sentence }) =>
      differs(`receipts to ${email}`, mailsTo(mails, email).filter(({ body }) => body.includes(sentence)).length, 1),
    ),
    ...undecided.flatMap(({ sentence }) =>
      mails.filter(({ body }) => body.includes(sentence)).map(({ id }) => `mail ${id}`),
    ),
  ])
}

/** Checks the counters and signatures against the outbox. */
async function checkCounters({ site, organiser, report, campaign }: Stage): Promise<void> {
  const { numbers } = await organiser.letters(campaign.slug)
  const reporting = (how: string) => confirmed.filter(({ reports }) => reports === how).length
  const page = await (await fetch(`${site}${paths.campaign('en', campaign.slug)}`)).text()
  const more = await everyPart((part) => `${site}${paths.more('en', campaign.slug, part)}`)
  report.check('The counters in the API and on the page equal the outbox. Self-reports are counted separately.', [
    ...Object.entries({
      confirmed: confirmed.length,
      accepted: 2 * confirmed.length, // at the director's and the inspector's mail servers
      waiting: 0,
      refused: 0,
      cancelled: 0,
      uncertain: 0,
      copies: confirmed.length,
      support: supporting.length,
      endorsements: endorsers.length,
      ownMailbox: reporting('own-mailbox'),
      paper: reporting('paper'),
    }).flatMap(([name, expected]) => differs(name, Reflect.get(numbers, name), expected)),
    ...differs('on the page', page.includes(`${confirmed.length} people have confirmed`), true),
    ...endorsers.flatMap(({ organisation }) => differs(organisation, more.includes(organisation), true)),
  ])
  const shown = confirmed.filter(({ consent }) => consent.includes('shown'))
  const signatures = await organiser.signatures(campaign.slug)
  report.check(`The signatures are the ${shown.length} names of writers who agreed to be named.`, [
    ...differsInMembers(
      'names',
      signatures.map(({ name }) => name),
      shown.map(({ name }) => name),
    ),
  ])
}

/** The text of all parts of a page, the first of which has the number 1. */
async function everyPart(urlOf: (part: number) => string): Promise<string> {
  const texts: string[] = []
  for (let part = 1; ; part++) {
    const answer = await fetch(urlOf(part))
    const text = await answer.text()
    if (!answer.ok || text === texts.at(-1)) return texts.join('\n')
    texts.push(text)
  }
}

/** Sends an update to writers who asked for news and are not supporters. Supporters would get the update by a dispatch. */
export async function checkUpdate(stage: Stage, clock: MovableClock, onList: ReadonlySet<string>): Promise<void> {
  const { site, organiser, report, campaign } = stage
  const update = campaign.words.en?.updates.at(-1)
  if (update === undefined) throw new Error('the campaign has no update')
  const before = (await readOutbox(site)).at(-1)?.id ?? 0
  await organiser.tellWriters(campaign.slug, update.id)
  await organiser.tellWriters(campaign.slug, update.id)
  await live(clock, (await clock.now()) + HOUR_MS, STRIDE_MS)
  const expected = confirmed.filter(({ consent, email }) => consent.includes('updates') && !onList.has(email))
  report.check(`After two requests to send an update, ${expected.length} writers who asked for news get one mail.`, [
    ...differsInMembers(
      'news',
      (await readOutbox(site, before)).map(({ to }) => to),
      expected.map(({ email }) => email),
    ),
  ])
}

const mailsIn = ({ length }: readonly unknown[]): string => (length === 1 ? 'one mail' : `${length} mails`)
/** The text in one line, without marks of text direction. */
const inOneLine = (text: string): string => text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ')

function isOfficeHour(at: number): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Dublin',
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  const { weekday = '', hour = '' } = Object.fromEntries(
    parts.formatToParts(at).map(({ type, value }) => [type, value]),
  )
  return !['Sat', 'Sun'].includes(weekday) && Number(hour) >= 9 && Number(hour) < 17
}

/** A fault for each 31 letters within an hour, less STRIDE_MS, by which the clock passes alarms. */
const tooFast = (times: readonly number[]): string[] =>
  times.flatMap((at, n) => {
    const later = times[n + 30]
    return later !== undefined && later - at < HOUR_MS - STRIDE_MS
      ? [`31 letters from ${new Date(at).toISOString()}`]
      : []
  })
