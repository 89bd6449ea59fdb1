import type { Campaign } from '../campaigns/campaign.ts'
import type { Head } from '../dispatch/batch.ts'
import { type Bindings, pacerOf, suppressionOf } from '../dispatch/bindings.ts'
import { carrierOf } from '../dispatch/carrier.ts'
import type { Doubts } from '../dispatch/doubts.ts'
import type { PauseReason } from '../dispatch/order.ts'
import { type Carrier, type SliceEnd, sendSlice } from '../dispatch/send.ts'
import { messageId } from '../emails/message-id.ts'
import type { Settings } from '../env.ts'
import { sha256, toHex } from '../kit/bytes.ts'
import { chooseTransport } from '../transports/choose.ts'
import { mayCarry } from '../transports/reserved.ts'
import type { Outcome, RefusalReason, Transport } from '../transports/transport.ts'
import { openLetter, placeOfLetter } from './letter.ts'
import type { LetterState } from './letter-state.ts'

/** Refusals that say the target's mailbox takes no letters: the next would come back, too, and harm every mail of the sender. */
const DEAD_MAILBOX: ReadonlySet<RefusalReason> = new Set(['bad-address', 'suppressed'])

type Sending = {
  env: Bindings
  settings: Settings
  campaign: Pick<Campaign, 'slug'>
  state: LetterState
  doubts: Doubts
  mayGoOn(): boolean
  hindrance(): PauseReason | null
  calling(): void
}

/**
 * Sends the letters that are due, by the same loop as appeals: a letter is a batch of one. At the first answer that a target's mailbox
 * is dead it stops writing to that target.
 */
export async function sendLetters(sending: Sending): Promise<SliceEnd> {
  const { env, settings, campaign, state } = sending
  const { ledger } = state
  const suppression = suppressionOf(env)
  const transport = chooseTransport(settings, env, 'transactional')
  let asked: Head | undefined // of the call under way
  const dead: Head[] = []
  const carrier = carrierOf({
    transport: {
      ...transport,
      async send(call, key) {
        const answer = await transport.send(call, key)
        if (asked !== undefined && [answer].flat().some(isDead)) dead.push(asked)
        return answer
      },
    },
    calling: sending.calling,
    pacer: pacerOf(env, transport.name),
    ask: { who: `letters/${campaign.slug}` },
    compose: (head) => {
      asked = head
      return compose(sending, transport, head)
    },
    hasFallback: false,
  })
  try {
    return await sendSlice({
      now: Date.now,
      random: Math.random,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      mayGoOn: () => dead.length === 0 && sending.mayGoOn(),
      hindrance: sending.hindrance,
      carriers: [carrier],
      due: () => ledger.due(),
      head: (id) => ledger.head(id),
      people: (id) => ledger.people(id),
      save: (head, references) => ledger.save(head, references),
      split: () => Promise.reject(new Error('a letter has one recipient and cannot be split')),
      // Whoever has had themselves erased takes their letter back; whoever only left the list still wants it sent.
      suppressed: async ([writer = '']) => {
        const { reason } = await suppression.standing(writer)
        return new Set(reason === 'erased' ? [writer] : [])
      },
      doubts: sending.doubts,
      keyOf: (head) => `tocsin/letters/${campaign.slug}/${head.id}/${head.generation}`,
    })
  } catch (error) {
    if (!(error instanceof Spoilt)) throw error
    state.spoilt(error.id, error.message)
    return { kind: 'held' }
  } finally {
    for (const { id, locale: target } of dead) state.bounced(id, target)
    await carrier.flush()
  }
}

/** One letter cannot be made; the others can. */
class Spoilt extends Error {
  readonly id: number
  constructor(id: number, message: string) {
    super(message)
    this.id = id
  }
}

async function compose(
  { settings, campaign, state }: Sending,
  transport: Transport,
  head: Head,
): ReturnType<Carrier['compose']> {
  const { envelopes } = state.ledger.body(head.id)
  if (envelopes === null) throw new Error(`letter ${head.id} has lost its text`)
  const { draft, address } = state.letter(head.id)
  const place = placeOfLetter(campaign.slug, draft, head.locale, address)
  const letter = await openLetter(settings.keys, place, envelopes).catch((error: unknown) => {
    throw new Spoilt(head.id, error instanceof Error ? error.message : String(error))
  })
  const call = await transport.compose({
    template: letter.template,
    recipients: [
      {
        to: { address: letter.to },
        values: {},
        headers: {},
        messageId: messageId('letter', place, new URL(settings.publicUrl).hostname),
      },
    ],
    from: { name: letter.name, address: settings.senderAddress },
    replyTo: { name: letter.name, address: letter.replyTo },
    headers: {},
    date: letter.confirmedAt,
  })
  const hash = `${toHex(await sha256(call.body))}/${await transport.account()}`
  return { call, hash, barred: mayCarry(transport, letter.to) ? [] : [0] }
}

const isDead = (outcome: Outcome): boolean =>
  outcome.kind === 'refused' && outcome.permanent && DEAD_MAILBOX.has(outcome.reason)
