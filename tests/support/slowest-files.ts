import type { Reporter, TestModule } from 'vitest/node'

const SHOWN = 10

/** A Vitest reporter that prints the slowest test files and the time of each project, in seconds. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => ({
      project: module.project.name,
      file: module.relativeModuleId,
      seconds: secondsOf(module),
    }))
    const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN)
    const projects = Map.groupBy(files, ({ project }) => project)
    console.log('\nSlowest files:')
    for (const { file, seconds } of slowest) console.log(`${inColumn(seconds)}  ${file}`)
    console.log('Sum of all files, by project:')
    for (const [project, own] of projects)
      console.log(`${inColumn(own.reduce((sum, { seconds }) => sum + seconds, 0))}  ${project}, ${own.length} files`)
  }
}

function secondsOf(module: TestModule): number {
  const { prepareDuration, environmentSetupDuration, setupDuration, collectDuration, duration } = module.diagnostic()
  return (prepareDuration + environmentSetupDuration + setupDuration + collectDuration + duration) / 1_000
}

const inColumn = (seconds: number): string => seconds.toFixed(1).padStart(7)
