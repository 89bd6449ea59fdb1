import { LOCATION_HINTS } from './kit/location-hints.ts'

/** The Durable Objects by name. A name is permanent: under another name, the stored data of the object is unreachable. */

export const dispatchRegistryOf = (env: Env) => env.DISPATCH_REGISTRY.getByName('registry', placeIn(env))
export const publicationOf = (env: Pick<Env, 'CAMPAIGN_PUBLICATION'>) =>
  env.CAMPAIGN_PUBLICATION.getByName('publication', placeIn(env))
export const suppressionOf = (env: Env) => env.SUPPRESSION.getByName('suppression', placeIn(env))
/** The object with the notices to organisers. */
export const noticesOf = (env: Env) => env.NOTICES.getByName('notices', placeIn(env))
export const confirmationQueueOf = (env: Env) => env.CONFIRMATION_QUEUE.getByName('confirmations', placeIn(env))
/** The list of objects that may store something about people. */
export const placesOf = (env: Env) => env.PLACES.getByName('places', placeIn(env))
export const outboxOf = (env: Pick<Env, 'OUTBOX'>) => env.OUTBOX.getByName('outbox', placeIn(env))

/** One object per practice, with its mails. It deletes itself after a day. */
export const practiceOutboxOf = (env: Pick<Env, 'OUTBOX'>, dispatch: string) =>
  env.OUTBOX.getByName(`practice/${dispatch}`, placeIn(env))

/** One object per sending account. */
export const senderQuotaOf = (env: Env, transport: string) => env.SENDER_QUOTA.getByName(transport, placeIn(env))

/** One object per mailbox. `mailbox` is the fingerprint of `mailboxOf(address)`. */
export const mailboxQueueOf = (env: Env, mailbox: string) => env.MAILBOX_QUEUE.getByName(mailbox, placeIn(env))

export const dispatchOf = (env: Env, id: string) => env.DISPATCH.getByName(id, placeIn(env))
export const laneOf = (env: Env, dispatch: string, lane: number) =>
  env.LANE.getByName(`${dispatch}/${lane}`, placeIn(env))

/** One of sixteen objects, chosen by the first hexadecimal digit of the event id. */
export const eventInboxOf = (env: Env, eventId: string) => env.EVENT_INBOX.getByName(eventId.charAt(0), placeIn(env))

/** One object per campaign. */
export const campaignActionsOf = (env: Env, slug: string) => env.CAMPAIGN_ACTIONS.getByName(slug, placeIn(env))

/** One object per import. */
export const importOf = (env: Env, id: string) => env.IMPORT.getByName(id, placeIn(env))

/** One object for the whole deployment: the log of who imported or exported a list, and when. */
export const transfersOf = (env: Env) => env.IMPORT.getByName('transfers', placeIn(env))

/**
 * One object for each use and language: `mail` compiles templates, `print` makes PDFs and pictures. Visitors ask for the latter, which must
 * not delay mails.
 */
export const rendererOf = (env: Pick<Env, 'RENDERER'>, use: 'mail' | 'print', locale: string) =>
  env.RENDERER.getByName(`${use}/${locale}`, placeIn(env))

/** Where an object is made when its name is used first. Without LOCATION_HINT: near whoever made that request. */
function placeIn(env: object): DurableObjectNamespaceGetDurableObjectOptions {
  const wanted = 'LOCATION_HINT' in env ? env.LOCATION_HINT : undefined
  const locationHint = LOCATION_HINTS.find((hint) => hint === wanted)
  return locationHint === undefined ? {} : { locationHint }
}
