import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

/** Milliseconds of quiet before a change is reported: editors save in several steps. */
const SETTLE_MS = 150

/**
 * Calls `changed` after something in these folders changed. Every folder is watched by itself: Node's recursive watching
 * on Linux loses a file that an editor replaced by renaming.
 */
export function watchFolders(folders: readonly string[], changed: () => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>()
  let settling: NodeJS.Timeout | undefined

  const look = (folder: string): void => {
    if (!existsSync(folder)) return
    if (!watchers.has(folder))
      watchers.set(
        folder,
        watch(folder, (_, name) => onEvent(name)).on('error', () => forget(folder)),
      )
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) look(join(folder, entry.name))
  }
  const forget = (folder: string): void => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  const onEvent = (name: string | null): void => {
    if (name?.endsWith('.gen.ts')) return // made by the build itself
    clearTimeout(settling)
    settling = setTimeout(() => {
      for (const folder of watchers.keys()) if (!existsSync(folder)) forget(folder)
      folders.forEach(look) // there may be new ones
      changed()
    }, SETTLE_MS)
  }

  folders.forEach(look)
  return {
    close() {
      clearTimeout(settling)
      for (const folder of watchers.keys()) forget(folder)
    },
  }
}
