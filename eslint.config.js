import neostandard from 'neostandard'

export default [
  ...neostandard({ ts: true, ignores: ['dist/**', 'training/**', 'models/**', 'test/fixtures/**', 'clients/typescript/contract.d.ts', '.tap/**', 'coverage/**'] }),
  {
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }]
    }
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }]
    }
  },
  {
    // TypeScript knows what a browser has: tsconfig.playground.json.
    files: ['playground/*.js'],
    rules: { 'no-undef': 'off' }
  },
  {
    // Strips the colours of a terminal from logs.
    files: ['scripts/test-totals.mjs'],
    rules: { 'no-control-regex': 'off' }
  },
  {
    // Native handles cross koffi as untyped values: the two files that touch it say so.
    files: ['src/runtime/ort-api.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' }
  }
]
