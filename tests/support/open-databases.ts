import { ACTIONS_STEPS } from '../../src/actions/migrations.ts'
import { LANE_STEPS, LaneState } from '../../src/dispatch/lane/lane-state.ts'
import { Database, type DatabaseHost } from '../../src/storage/database.ts'

/** Opens a lane on this object's storage as a new instance would, migrating the storage first. */
export const openLane = (host: DatabaseHost): LaneState => new LaneState(new Database(host, LANE_STEPS))

/** Opens the database of a campaign's actions on this object's storage, migrating the storage first. */
export const openCampaign = (host: DatabaseHost): Database => new Database(host, ACTIONS_STEPS)
