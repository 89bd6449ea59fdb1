/** The result of domain code: a value, or the reason for a refusal. Only broken invariants throw. */
export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E }

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })
export const err = <E>(error: E): { ok: false; error: E } => ({ ok: false, error })

/** The message of a thrown value, for logs and faults. A thrown value that is no Error is converted to text. */
export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error))
