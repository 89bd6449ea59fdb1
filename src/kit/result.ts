/** What a step of domain code answers: a value, or the reason there is none. Throwing is for broken invariants. */
export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E }

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })
export const err = <E>(error: E): { ok: false; error: E } => ({ ok: false, error })

/** What went wrong, for a log or a fault: the message of an Error, or anything else that was thrown, as text. */
export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error))
