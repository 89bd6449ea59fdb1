/** The Durable Objects by name. A name is permanent: under another name, the stored data of the object is unreachable. */

export const dispatchRegistryOf = (env: Env) => env.DISPATCH_REGISTRY.getByName('registry')
export const publicationOf = (env: Env) => env.CAMPAIGN_PUBLICATION.getByName('publication')
export const suppressionOf = (env: Env) => env.SUPPRESSION.getByName('suppression')
/** The object with the notices to organisers. */
export const noticesOf = (env: Env) => env.NOTICES.getByName('notices')
export const outboxOf = (env: Pick<Env, 'OUTBOX'>) => env.OUTBOX.getByName('outbox')

/** One object per sending account. */
export const senderQuotaOf = (env: Env, transport: string) => env.SENDER_QUOTA.getByName(transport)

/** One object per mailbox. `mailbox` is the fingerprint of `mailboxOf(address)`. */
export const mailboxQueueOf = (env: Env, mailbox: string) => env.MAILBOX_QUEUE.getByName(mailbox)

export const dispatchOf = (env: Env, id: string) => env.DISPATCH.getByName(id)
export const laneOf = (env: Env, dispatch: string, lane: number) => env.LANE.getByName(`${dispatch}/${lane}`)

/** One of sixteen objects, chosen by the first hexadecimal digit of the event id. */
export const eventInboxOf = (env: Env, eventId: string) => env.EVENT_INBOX.getByName(eventId.charAt(0))

/** One object per campaign. */
export const campaignActionsOf = (env: Env, slug: string) => env.CAMPAIGN_ACTIONS.getByName(slug)

/** One object per import. */
export const importOf = (env: Env, id: string) => env.IMPORT.getByName(id)

/** One object for the whole deployment: the log of who imported or exported a list, and when. */
export const transfersOf = (env: Env) => env.IMPORT.getByName('transfers')
