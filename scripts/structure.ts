/** `npm run structure`: prints sizes of files, folders and functions of `src`, and the figures that tests limit. */

import { join } from 'node:path'
import { doubleCastsOf, filesPerFolder, functionsOf, linesOf, quantile, typeNamesOf } from './structure/measures.ts'
import { circlesIn, readSources } from './structure/source-files.ts'

const SHOWN = 5

const files = readSources(join(import.meta.dirname, '..', 'src'))
const lines = files.map(linesOf)
const functions = files.flatMap(functionsOf).toSorted((a, b) => b.lines - a.lines)
const folders = [...filesPerFolder(files)].toSorted(([, a], [, b]) => b - a)
const objects = files.filter(({ text }) => /class \w+ extends DurableObject\b/.test(text))
const names = Map.groupBy(files.flatMap(typeNamesOf), (name) => name)
const longLines = files.flatMap(({ path, text }) =>
  text.split('\n').flatMap((line, n) => (line.length > 140 ? [`${path}:${n + 1}`] : [])),
)

console.log(`files                  ${files.length}, ${lines.reduce((sum, n) => sum + n, 0)} lines`)
console.log(
  `lines of a file        median ${quantile(lines, 0.5)}, p90 ${quantile(lines, 0.9)}, max ${Math.max(...lines)}`,
)
console.log(`lines over 140         ${longLines.length}`)
console.log(
  `files in a folder      ${folders
    .slice(0, SHOWN)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ')}`,
)
console.log(
  `longest functions      ${functions
    .slice(0, SHOWN)
    .map((one) => `${one.file}:${one.line} ${one.lines}`)
    .join(', ')}`,
)
console.log(`Durable Objects        ${objects.map((file) => `${file.path} ${linesOf(file)}`).join(', ')}`)
console.log(`circles, types too     ${circlesIn(files, () => true).length}`)
console.log(`as unknown as          ${files.flatMap(doubleCastsOf).length}`)
console.log(
  `type names used twice  ${
    [...names]
      .filter(([, all]) => all.length > 1)
      .map(([name, all]) => `${name} ${all.length}`)
      .join(', ') || 'none'
  }`,
)
