import * as batch from '../../delivery/batch.ts'
import type { MailReference } from '../../delivery/ledger-rows.ts'
import type { Attempt, ComposedMail, MailStream } from '../../delivery/mail-stream.ts'
import { openRecipients, sealRecipients } from '../../delivery/sealed-recipients.ts'
import { languageOf } from '../../emails/headers.ts'
import type { Settings } from '../../env.ts'
import { errorMessage } from '../../kit/result.ts'
import { suppressionOf } from '../../objects.ts'
import { mayDeliver } from '../../transports/reserved-domains.ts'
import { isErased } from './erase-person.ts'
import type { LaneState } from './lane-state.ts'
import type { MailSnapshot } from './lane-task.ts'
import { recipientBuilder } from './recipients.ts'
import { rememberedEvent, rememberedPeople } from './remembered-people.ts'

/** Why a batch becomes uncertain although nothing of it was sent. */
const UNREADABLE = 'its recipients do not open: put the key that sealed them back into KEYRING, then send again'

/** What composing the mails of a lane needs. */
type SendingLane = { env: Env; state: LaneState; settings: Settings; mail: MailSnapshot }

/** The mail stream of a lane's appeals. Its content of a batch is the fingerprints of its people. */
export function laneStream(lane: SendingLane): MailStream<string[]> {
  const { env, state } = lane
  const { request, index } = state.task()
  const { ledger } = state
  const suppression = suppressionOf(env)
  return {
    ledger,
    keyOf: (head) => `tocsin/${request.id}/${index}/${head.id}/${head.generation}`,
    mailsIn: (head) => batch.waitingPositions(head).length,
    read: (head) => ledger.people(head.id),
    async suppressed(people, positions) {
      const left = new Set(await suppression.suppressedAmong(positions.map((position) => people[position] ?? '')))
      return new Set(positions.filter((position) => left.has(people[position] ?? '')))
    },
    compose: (head, _, positions, attempt) => composeMail(lane, head, positions, attempt),
    outcomesOf: (answer) => answer,
    answered: (answer, { head, positions }) => suppressRemembered(lane, head, rememberedPeople(answer, positions)),
    split: (head, first) => split(lane, head, first),
  }
}

/** Suppresses people whom the provider refused because of what it remembers of them. A failure must not stop the lane. */
async function suppressRemembered(
  { env, state }: SendingLane,
  { id }: batch.BatchHeader,
  remembered: ReturnType<typeof rememberedPeople>,
): Promise<void> {
  if (remembered.length === 0) return
  const people = state.ledger.people(id)
  const mail = `${state.task().request.id}/${id}`
  try {
    const events = remembered.flatMap(({ position, remembered: reason }) => {
      const fingerprint = people[position]
      return fingerprint === undefined ? [] : [rememberedEvent(reason, fingerprint, mail, Date.now())]
    })
    await suppressionOf(env).record(await Promise.all(events), Date.now())
  } catch (error) {
    console.error('lane', 'not suppressed after a refusal:', errorMessage(error)) // the next dispatch is refused in the same way
  }
}

async function composeMail(
  { state, settings, mail }: SendingLane,
  head: batch.BatchHeader,
  positions: readonly number[],
  { transport, at }: Attempt,
): Promise<ComposedMail> {
  const { id, campaign } = state.task().request
  const template = mail.templates[head.group]
  const body = state.ledger.body(head.id)
  if (template === undefined || body.recipients === null)
    throw new Error(`batch ${head.id} has no template for ${head.group}, or its recipients are deleted`)
  const stored = await openRecipients(settings.keys, state.placeOf(head.id), body.recipients)
  if (stored === null) return { kind: 'unusable', reason: UNREADABLE } // an organiser decides; other batches go on
  const barred: number[] = []
  const toRecipient = recipientBuilder(settings.keys, { mail, dispatch: id, locale: head.group })
  const making: Array<ReturnType<typeof toRecipient>> = []
  for (const position of positions) {
    const one = stored[position]
    const fingerprint = body.people[position]
    if (one === undefined || fingerprint === undefined)
      throw new Error(`batch ${head.id} has no recipient at position ${position}`)
    if (isErased(one) || !mayDeliver(transport, one.email)) barred.push(position)
    else making.push(toRecipient(fingerprint, one))
  }
  const composed = {
    template,
    recipients: await Promise.all(making),
    from: mail.from,
    ...(mail.replyTo && { replyTo: mail.replyTo }),
    headers: { ...mail.headers, ...languageOf(template) },
    date: at,
    campaign,
    tag: id,
  }
  return { kind: 'composed', mail: composed, barred }
}

/** Replaces a batch by two parts with their own sealed recipients, unless it was cancelled or changed meanwhile. */
async function split({ state, settings }: SendingLane, head: batch.BatchHeader, first?: number): Promise<void> {
  const { ledger } = state
  const body = ledger.body(head.id)
  if (body.recipients === null) throw new Error(`batch ${head.id} cannot be split: its recipients are deleted`)
  const stored = await openRecipients(settings.keys, state.placeOf(head.id), body.recipients)
  if (stored === null) {
    if (isSame(head, ledger.head(head.id))) ledger.save(batch.giveUp(head, UNREADABLE))
    return
  }
  const halves = await Promise.all(
    batch.halve(head, ledger.nextId(), first).map(async ({ head: half, positions }) => {
      const theirs = positions.flatMap((position) => stored[position] ?? [])
      const [from = 0] = positions
      return {
        head: half,
        positions,
        people: positions.flatMap((position) => body.people[position] ?? []),
        recipients: await sealRecipients(settings.keys, state.placeOf(half.id), theirs),
        references: body.references.flatMap(([p, name]): MailReference[] =>
          positions.includes(p) ? [[p - from, name]] : [],
        ),
      }
    }),
  )
  if (isSame(head, ledger.head(head.id))) ledger.replace(head.id, halves)
}

/** Whether a batch is as it was read. Of a batch whose call was refused, only a cancel matters. */
const isSame = (read: batch.BatchHeader, now: batch.BatchHeader | undefined): boolean =>
  now?.state === read.state && (read.state === 'attempted' || now.statuses.text === read.statuses.text)
