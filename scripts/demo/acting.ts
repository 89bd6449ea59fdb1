/** Demonstration, letters: two hundred people write letters and submissions, and a moderator decides about the submissions. */

import { paths } from '../../src/paths.ts'
import type { Visitor } from '../local/browser.ts'
import { awaitMails, type CapturedMail, CONFIRM, linkIn, MODERATE } from '../local/outbox.ts'
import { fillInAt, open, type Page, pressButtonBehind, writeLetter } from '../local/visitor.ts'
import { type Actor, actors, type Endorser, endorsers } from './crowd.ts'
import { differs } from './report.ts'
import type { Stage } from './stage.ts'

/** People who write a letter and never confirm it. */
const UNDECIDED = 3
export const confirmed = actors.slice(0, -UNDECIDED)
export const undecided = actors.slice(-UNDECIDED)

/** A submission that the moderator refuses. */
const ABUSE = { text: 'BUY NOW!!! https://ovens.example GREAT OVENS!!! sales@ovens.example', name: 'Oven Sales' }
export const abuser = { page: 'en', email: 'sales@ovens.example.org', name: ABUSE.name }

/** People who act at the same time. */
const TOGETHER = 40

const visitor = (page: string, n: number): Visitor => ({
  ip: `2001:db8:${(n + 0x100).toString(16)}::1`,
  languages: page,
})

async function each<T, R>(all: readonly T[], act: (one: T, n: number) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (let from = 0; from < all.length; from += TOGETHER)
    done.push(...(await Promise.all(all.slice(from, from + TOGETHER).map((one, n) => act(one, from + n)))))
  return done
}

/** Confirmation links in the mails after id `before`, by recipient. */
async function linksAfter(stage: Stage, before: number, people: number): Promise<Map<string, string>> {
  const isNew = ({ id, text }: CapturedMail) => id > before && text.includes(CONFIRM)
  const mails = await awaitMails(stage.site, people, isNew)
  return new Map(mails.map((mail) => [mail.to, linkIn(mail, stage.site, CONFIRM)]))
}

/** Lets everyone write a letter and open its confirmation link; all but UNDECIDED press the button. */
export async function writing(stage: Stage, before: number): Promise<void> {
  const { site, organiser, report, campaign } = stage
  const sent = await each(actors, (actor, n) =>
    writeLetter(site, visitor(actor.page, n), campaign.slug, actor.page, answersOf(actor)),
  )
  report.check(
    `${actors.length} people write a letter with a sentence of their own, in six languages. The page asks them to check their mail.`,
    sent.flatMap(({ status, url }, n) => differs(`writer ${n}`, [status, url.includes('sent=1')], [200, true])),
  )
  const links = await linksAfter(stage, before, actors.length)
  const pages = await each(actors, (actor, n) => open(visitor(actor.page, n), links.get(actor.email) ?? site))
  report.check(
    'The confirmation link shows each writer their letter. Opening the link, as mail scanners do, sends no letter.',
    [
      ...actors.flatMap(({ sentence }, n) => differs(`letter ${n}`, shows(pages[n], sentence), true)),
      ...differs('confirmed', (await organiser.letters(campaign.slug)).numbers.confirmed, 0),
    ],
  )
  await each(confirmed, (actor, n) => pressButtonBehind(visitor(actor.page, n), links.get(actor.email) ?? site))
  const { numbers } = await organiser.letters(campaign.slug)
  report.check(`${confirmed.length} writers press the button and are confirmed, ${UNDECIDED} do not.`, [
    ...differs('confirmed', numbers.confirmed, confirmed.length),
  ])
}

const answersOf = ({ email, name, place, country, sentence, consent }: Actor) => ({
  email,
  name,
  sentence,
  consent,
  ...(place !== undefined && { place }),
  ...(country !== undefined && { country }),
})

const shows = (page: Page | undefined, text: string): boolean =>
  page?.html.replaceAll('&#39;', "'").includes(text) ?? false

export const supporting = confirmed.filter(({ support }) => support !== undefined)

/** Lets people send messages to the workers, endorsements and self-reports. */
export async function speaking(stage: Stage, before: number): Promise<void> {
  const { site, organiser, report, campaign } = stage
  const { slug } = campaign
  const numberOf = (actor: Actor) => actors.indexOf(actor)
  await each(supporting, (actor) => {
    const { page, email, name, support } = actor
    const fields = { email, name, text: support?.text ?? '', ...(support?.shown && { shown: 'yes' }) }
    return fillInAt(visitor(page, numberOf(actor)), site + paths.support(page, slug), paths.messages(slug), fields)
  })
  const selling = visitor(abuser.page, actors.length)
  await fillInAt(selling, site + paths.support('en', slug), paths.messages(slug), {
    email: abuser.email,
    ...ABUSE,
    shown: 'yes',
  })
  const office = (n: number) => visitor('en', actors.length + 1 + n)
  await each(endorsers, ({ page, ...answers }: Endorser, n) =>
    fillInAt(office(n), site + paths.endorse(page, slug), paths.endorsements(slug), answers),
  )
  const links = await linksAfter(stage, before, supporting.length + 1 + endorsers.length)
  const link = (email: string) => links.get(email) ?? site
  await each(supporting, (actor) => pressButtonBehind(visitor(actor.page, numberOf(actor)), link(actor.email)))
  await pressButtonBehind(selling, link(abuser.email))
  await each(endorsers, ({ email }, n) => pressButtonBehind(office(n), link(email)))
  const reporting = confirmed.filter(({ reports }) => reports !== undefined)
  await each(reporting, async (actor) => {
    const from = visitor(actor.page, numberOf(actor))
    const at = actor.reports === 'paper' ? paths.letterSheets(actor.page, slug) : paths.write(actor.page, slug)
    return fillInAt(from, site + at, paths.reported(slug), {})
  })
  const waiting = await organiser.moderation()
  report.check(
    `${supporting.length + 1} messages to the workers and ${endorsers.length} endorsements wait for moderation.`,
    [
      ...differs('messages', waiting.filter(({ kind }) => kind === 'support').length, supporting.length + 1),
      ...differs('endorsements', waiting.filter(({ kind }) => kind === 'endorsement').length, endorsers.length),
    ],
  )
}

/** Decides one submission by the link in the moderator's mail, and the others by the API. */
export async function moderating(stage: Stage, before: number): Promise<void> {
  const { site, organiser, report } = stage
  const [mail] = await awaitMails(site, 1, ({ id, text }) => id > before && text.includes(MODERATE))
  if (mail === undefined) throw new Error('found no mail to the moderator')
  const typed = [
    ...supporting.map(({ support }) => support?.text ?? ''),
    ABUSE.text,
    ...endorsers.map((one) => one.organisation),
  ]
  report.check('The moderator gets one mail with links. The mail contains no text of a submission.', [
    ...typed.filter((text) => mail.text.includes(text)),
  ])
  const moderator: Visitor = { ip: '203.0.113.1', languages: 'en' } // TEST-NET-3
  const link = linkIn(mail, site, MODERATE)
  const count = (await organiser.moderation()).length
  await open(moderator, link)
  const countAfterOpening = (await organiser.moderation()).length
  await pressButtonBehind(moderator, link, { decision: 'accept' })
  const items = await organiser.moderation()
  report.check('Opening a moderation link decides nothing. Its button decides one submission.', [
    ...differs('after opening', countAfterOpening, count),
    ...differs('after the button', items.length, count - 1),
  ])
  const flagged = items.filter(({ flags }) => flags.length > 0)
  await each(items, ({ id }) => organiser.decide(id, flagged.some((one) => one.id === id) ? 'refuse' : 'accept'))
  report.check('The submission with links and capitals is flagged and refused. All others are accepted.', [
    ...differs(
      'flagged',
      flagged.map((one) => ('text' in one ? one.text : undefined)),
      [ABUSE.text],
    ),
    ...differs('left', (await organiser.moderation()).length, 0),
  ])
}
