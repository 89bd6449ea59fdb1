import { ACTIONS_STEPS } from '../../src/actions/migrations.ts'
import { LANE_STEPS, LaneState } from '../../src/dispatch/lane/lane-state.ts'
import { Database, type DatabaseHost } from '../../src/storage/database.ts'

/** A lane as a new instance finds it in this object's storage, which it makes ready when it is empty. */
export const openLane = (host: DatabaseHost): LaneState => new LaneState(new Database(host, LANE_STEPS))

/** What a campaign's object keeps, likewise. */
export const openCampaign = (host: DatabaseHost): Database => new Database(host, ACTIONS_STEPS)
