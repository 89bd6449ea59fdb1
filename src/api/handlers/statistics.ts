import { statisticsDeps } from '../../use-cases/runtime-deps.ts'
import { statistics } from '../../use-cases/statistics.ts'
import type { Handler } from '../context.ts'
import { SUPPORTER_OPERATIONS as OPERATIONS } from '../contract/supporter-operations.ts'
import { respond } from '../respond.ts'

export const statisticsHandlers = {
  async getStatistics(c) {
    return respond(c, OPERATIONS.getStatistics, 200, await statistics(statisticsDeps(c.env)))
  },
} satisfies Partial<Record<keyof typeof OPERATIONS, Handler>>
