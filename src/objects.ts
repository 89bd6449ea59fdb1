/** The Durable Objects by the names they are found by. A name is permanent: with another, what the object stored is not found again. */

export const registerOf = (env: Env) => env.REGISTER.getByName('register')
export const suppressionOf = (env: Env) => env.SUPPRESSION.getByName('suppression')
export const outboxOf = (env: Pick<Env, 'OUTBOX'>) => env.OUTBOX.getByName('outbox')

/** One per sending account. */
export const pacerOf = (env: Env, transport: string) => env.PACER.getByName(transport)

/** One per mailbox, by the fingerprint of `mailboxOf(address)`. */
export const postboxOf = (env: Env, mailbox: string) => env.POSTBOX.getByName(mailbox)

export const dispatchOf = (env: Env, id: string) => env.DISPATCH.getByName(id)
export const laneOf = (env: Env, dispatch: string, lane: number) => env.LANE.getByName(`${dispatch}/${lane}`)

/** One of sixteen, by the first hexadecimal digit of an event's id. */
export const hooksOf = (env: Env, eventId: string) => env.HOOKS.getByName(eventId.charAt(0))

/** One per campaign. */
export const actionsOf = (env: Env, slug: string) => env.ACTIONS.getByName(slug)

/** One per import. */
export const importOf = (env: Env, id: string) => env.IMPORT.getByName(id)

/** One object: who imported or exported a list, and when. */
export const transfersOf = (env: Env) => env.IMPORT.getByName('transfers')
