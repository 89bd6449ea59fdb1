/** How long /healthz may take before the question about dispatches is asked anyway: milliseconds. */
const PATIENCE_MS = 10_000

/** Why nothing runs at an address yet, asked without a token. Undefined if something may run there. */
export async function whyNothingRuns(url: string, get: typeof fetch = fetch): Promise<string | undefined> {
  try {
    const { status } = await get(new URL('/healthz', url), { signal: AbortSignal.timeout(PATIENCE_MS) })
    return status === 404 ? '/healthz answers 404' : undefined
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    return cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND'
      ? 'its host has no address'
      : undefined
  }
}
