import { defineConfig } from "vitest/config";

const node = { environment: "node" as const, testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...node, name: "unit", include: ["test/unit/*.test.ts"] } },
      // One browser at a time: the machine has two cores and the tests measure time.
      { test: { ...node, name: "browser", include: ["test/browser/*.test.ts"], fileParallelism: false } },
      { test: { ...node, name: "e2e", include: ["test/e2e/*.test.ts"], fileParallelism: false, testTimeout: 120_000 } },
      // The trainers' workbench; a test waits for a training.
      { test: { ...node, name: "studio", include: ["test/studio/*.test.ts"], fileParallelism: false, testTimeout: 600_000 } },
    ],
  },
});
