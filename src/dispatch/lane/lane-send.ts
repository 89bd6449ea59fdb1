import * as batch from '../../delivery/batch.ts'
import type { MailReference } from '../../delivery/ledger.ts'
import { meterTransport } from '../../delivery/quota/metered-transport.ts'
import { bulkTransports } from '../../delivery/quota/transport-status.ts'
import { openEnvelopes, sealEnvelopes } from '../../delivery/sealed-recipients.ts'
import { type SendLoopDeps, type SliceEnd, sendSlice } from '../../delivery/send-loop.ts'
import type { SuspectedRefusals } from '../../delivery/suspected-refusals.ts'
import type { Settings } from '../../env.ts'
import { sha256, toHex } from '../../kit/bytes.ts'
import { senderQuotaOf, suppressionOf } from '../../objects.ts'
import { mayDeliver } from '../../transports/reserved-domains.ts'
import type { Transport } from '../../transports/transport.ts'
import type { LaneState } from './lane-state.ts'
import type { MailSnapshot } from './lane-task.ts'
import { recipientBuilder } from './recipients.ts'

/** A lane in the middle of a slice. */
type LaneSlice = Pick<SendLoopDeps, 'mayGoOn' | 'blockedBy'> & {
  env: Env
  state: LaneState
  settings: Settings
  mail: MailSnapshot
  suspectedRefusals: SuspectedRefusals
  /** Told of every call to a provider. */
  onCall(): void
}

/** Sends what is due, until the slice is over. */
export async function sendLaneSlice(lane: LaneSlice): Promise<SliceEnd> {
  const { env, state, settings } = lane
  const { request, index } = state.task()
  const { ledger } = state
  const rate = request.ratePerMinute
  const suppression = suppressionOf(env)
  const transports = bulkTransports(settings, env)
  const metered = transports.map((transport) =>
    meterTransport({
      transport,
      onCall: lane.onCall,
      quota: senderQuotaOf(env, transport.name),
      request: {
        who: `${request.id}/${index}`,
        ...(rate !== undefined && { dispatch: { id: request.id, ratePerMinute: rate } }),
      },
      compose: (head, positions) => compose(lane, transport, head, positions),
      hasFallback: transports.length > 1,
    }),
  )
  try {
    return await sendSlice({
      now: Date.now,
      random: Math.random,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      mayGoOn: lane.mayGoOn,
      blockedBy: lane.blockedBy,
      transports: metered,
      due: () => ledger.due(),
      head: (id) => ledger.head(id),
      people: (id) => ledger.people(id),
      save: (head, references) => ledger.save(head, references),
      split: (head) => split(lane, head),
      suppressed: async (fingerprints) => new Set(await suppression.suppressedAmong(fingerprints)),
      suspectedRefusals: lane.suspectedRefusals,
      idempotencyKey: (head) => `tocsin/${request.id}/${index}/${head.id}/${head.generation}`,
    })
  } finally {
    for (const transport of metered) await transport.flush()
  }
}

async function compose(
  { state, settings, mail }: LaneSlice,
  transport: Transport,
  head: batch.BatchHeader,
  positions: readonly number[],
) {
  const { id } = state.task().request
  const template = mail.templates[head.locale]
  const body = state.ledger.body(head.id)
  if (template === undefined || body.envelopes === null)
    throw new Error(`batch ${head.id} has lost its template or envelopes`)
  const envelopes = await openEnvelopes(settings.keys, state.placeOf(head.id), body.envelopes)
  const barred: number[] = []
  const recipient = recipientBuilder(settings.keys, { mail, dispatch: id, locale: head.locale })
  const pendingRecipients: Array<ReturnType<typeof recipient>> = []
  for (const position of positions) {
    const envelope = envelopes[position]
    const fingerprint = body.people[position]
    if (envelope === undefined || fingerprint === undefined)
      throw new Error(`batch ${head.id} has no person ${position}`)
    if (!mayDeliver(transport, envelope.email)) barred.push(position)
    else pendingRecipients.push(recipient(fingerprint, envelope))
  }
  const call = await transport.compose({
    template,
    recipients: await Promise.all(pendingRecipients),
    from: mail.from,
    ...(mail.replyTo && { replyTo: mail.replyTo }),
    headers: mail.headers,
    date: mail.startedAt,
    tag: id,
  })
  // With the account: whatever else would be asked, in its name or at its address, knows nothing of the first call.
  const hash = `${toHex(await sha256(call.body))}/${await transport.account()}`
  return { call, hash, barred }
}

async function split({ state, settings }: LaneSlice, head: batch.BatchHeader): Promise<void> {
  const { ledger } = state
  const body = ledger.body(head.id)
  if (body.envelopes === null) throw new Error(`batch ${head.id} has lost its envelopes`)
  const envelopes = await openEnvelopes(settings.keys, state.placeOf(head.id), body.envelopes)
  const halves = await Promise.all(
    batch.halve(head, ledger.nextId()).map(async ({ head: half, positions }) => {
      const theirs = positions.flatMap((position) => envelopes[position] ?? [])
      const [from = 0] = positions
      return {
        head: half,
        positions,
        people: positions.flatMap((position) => body.people[position] ?? []),
        envelopes: await sealEnvelopes(settings.keys, state.placeOf(half.id), theirs),
        references: body.references.flatMap(([p, name]): MailReference[] =>
          positions.includes(p) ? [[p - from, name]] : [],
        ),
      }
    }),
  )
  if (ledger.head(head.id)?.state === 'attempted') ledger.replace(head.id, halves) // unless cancelled meanwhile
}
