import { campaigns } from './areas/campaigns.ts'
import { cli } from './areas/cli.ts'
import { dispatches } from './areas/dispatches.ts'
import { faults } from './areas/faults.ts'
import { issued } from './areas/issued.ts'
import { joining } from './areas/joining.ts'
import { letters } from './areas/letters.ts'
import { outbox } from './areas/outbox.ts'
import { pages } from './areas/pages.ts'
import { quay } from './areas/quay.ts'
import { settings } from './areas/settings.ts'
import { supporters } from './areas/supporters.ts'
import { webhooks } from './areas/webhooks.ts'
import { wire } from './areas/wire.ts'
import type { Shelf } from './book.ts'

/** Records one area into files of the shelf. `write`: the recording is replaced, not compared. */
type Area = (shelf: Shelf, bundle: string, write: boolean) => Promise<void>

/** Parts of the recording by name. Each has its own servers, so `--only` can run it alone. Long ones first, to save time. */
export const AREAS: Readonly<Record<string, Area>> = {
  wire,
  campaigns,
  cli,
  quay,
  webhooks,
  faults,
  joining,
  letters,
  dispatches,
  pages,
  supporters,
  settings,
  outbox,
  issued,
}
