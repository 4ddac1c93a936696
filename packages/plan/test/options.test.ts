import { describe, expect, test } from "vitest";
import { checkOptions, compose, explain, type Plan, program } from "../src/index.js";

interface Box {
  name?: string;
  size?: number;
  open?: boolean;
  kind?: "tall" | "wide";
  lid?: object;
  layers?: readonly string[];
  maps?: readonly object[];
}

const known = {
  name: "string",
  size: "number",
  open: "boolean",
  kind: ["tall", "wide"],
  lid: "object",
  layers: "strings",
  maps: "objects",
} as const;

// As JavaScript would have it: of no type.
const checked = (options: unknown, ...required: (keyof Box)[]) => {
  return () => checkOptions<Box>("box", options as Box, known, required);
};

describe("options are refused, and the refusal names what is wrong with them", () => {
  test.each<[wrong: unknown, message: string]>([
    [{ nmae: "x" }, 'box: "nmae" is not an option: did you mean "name"?'],
    [{ weight: 1 }, 'box: "weight" is not an option: there are name, size, open, kind, lid, layers and maps'],
    [{ constructor: 1 }, 'box: "constructor" is not an option'],
    [Object.create({ nmae: 1 }), 'box: "nmae" is not an option'],
    [{ name: 5 }, "box: name has to be a string, not 5"],
    [{ name: null }, "box: name has to be a string, not null"],
    [{ size: "5" }, 'box: size has to be a number, not "5"'],
    [{ open: "no" }, 'box: open has to be true or false, not "no"'],
    [{ open: Number.NaN }, "box: open has to be true or false, not NaN"],
    [{ kind: "low" }, 'box: kind has to be "tall" or "wide", not "low"'],
    [{ lid: [] }, "box: lid has to be an object, not []"],
    [{ layers: "/a" }, 'box: layers has to be an array of strings, not "/a"'],
    [{ layers: ["/a", 1] }, 'box: layers has to be an array of strings, not ["/a",1]'],
    [{ maps: [null] }, "box: maps has to be an array of objects, not [null]"],
    [null, "box: options have to be an object, not null"],
    [1, "box: options have to be an object, not 1"],
    ["/a", 'box: options have to be an object, not "/a"'],
    [[], "box: options have to be an object, not []"],
    [() => 1, "box: options have to be an object, not () => 1"],
  ])("%j", (wrong, message) => {
    expect(checked(wrong)).toThrow(TypeError);
    expect(checked(wrong)).toThrow(message);
  });

  test("and what has no JSON", () => {
    const circle: { lid?: object } = {};
    circle.lid = circle;
    expect(checked({ size: 5n })).toThrow("box: size has to be a number, not 5");
    expect(checked({ size: circle })).toThrow("box: size has to be a number, not [object Object]");
    expect(checked({ size: Symbol("a") })).toThrow("box: size has to be a number, not Symbol(a)");
  });

  test("none where there are none", () => {
    expect(() => checkOptions<object>("lid", { name: "x" }, {})).toThrow(
      'lid: "name" is not an option, and there are none',
    );
  });

  test("what is missing, all of it", () => {
    expect(checked(undefined, "name")).toThrow("box: name is missing");
    expect(checked({ name: undefined }, "name", "size", "open")).toThrow(
      "box: name, size and open are missing",
    );
    expect(checked({ name: "", size: 0, open: false }, "name", "size", "open")).not.toThrow();
  });
});

test("what makes sense is taken, and undefined is as good as left out", () => {
  expect(checked(undefined)).not.toThrow();
  expect(checked({ name: undefined })).not.toThrow();
  expect(checked({ name: "", size: 0, kind: "wide", lid: {}, layers: [], maps: [{}] })).not.toThrow();
});

describe("what is no plan is refused", () => {
  test.each<[wrong: unknown, message: string]>([
    [1, "a plan has to be { namespaces, steps }, not 1"],
    [undefined, "a plan has to be { namespaces, steps }, not undefined"],
    [null, "a plan has to be { namespaces, steps }, not null"],
    [[], "a plan has to be { namespaces, steps }, not []"],
    [{}, "a plan: namespaces and steps are missing"],
    [{ namespaces: "uts", steps: [] }, 'a plan: namespaces has to be an array of strings, not "uts"'],
    [{ namespaces: [], steps: [7] }, "a plan: steps has to be an array of objects, not [7]"],
    [{ namespaces: [], steps: [], init: "yes" }, 'a plan: init has to be true or false, not "yes"'],
    [{ namespaces: [], steps: [], parent: [null] }, "a plan: parent has to be an array of objects"],
    [{ namespaces: [], steps: [], namespace: ["pid"] }, '"namespace" is not an option'],
    [
      { namespaces: [], steps: [], views: [{ target: "/", source: 1 }] },
      'a view has to be { target, source } of paths, not {"target":"/","source":1}',
    ],
    [{ namespaces: [], steps: [], views: [{ target: "/", source: ["/a", 1] }] }, "a view has to be"],
    [{ namespaces: [], steps: [], views: [{ source: null }] }, "a view has to be"],
  ])("%j", (wrong, message) => {
    const plan = wrong as Plan;
    for (const make of [
      () => compose(plan),
      () => compose(compose(), plan),
      () => program(plan, { file: "true" }),
      () => explain(plan, "true"),
    ]) {
      expect(make).toThrow(TypeError);
      expect(make).toThrow(message);
    }
  });
});
