import { reset } from 'cloudflare:test'
import { afterAll, vi } from 'vitest'

// One runtime runs many test files. Each file leaves it without mocks, changed clocks and stored things.
afterAll(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  await reset()
})
