import { standStill } from './time.ts'

/** Monday, 7 December 2026, noon in UTC: every office of the campaigns is open. */
export const STANDS_AT = Date.UTC(2026, 11, 7, 12)

/** For a build whose answers are compared with earlier ones: the clock stands still until it is moved, and chance always says one half. */
standStill(STANDS_AT)
Math.random = () => 0.5
