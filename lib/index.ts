/** What notebooks and other programs may use; nothing is defined here. */
export * as tf from '@tensorflow/tfjs';

export type { Backend, BackendChoice } from './backend/select';
export { defaultConfig, overrideConfig, type Config, type Overrides } from './config';
export { loadDataset } from './data/load';
export type { Dataset, ImageSet } from './data/dataset';
export { type ExampleFolders, exampleFolders } from './data/imageFolder/exampleFolders';
export { LabError, UsageError } from './errors';
export type { Metrics } from './evaluation/metrics';
export {
  architectureFigure,
  drawBlock,
  drawOverview,
} from './figures/architecture/architectureFigure';
export { costFigure } from './figures/architecture/costFigure';
export type { ArchitectureDrawing } from './figures/architecture/sheet';
export { showDrawing } from './figures/architecture/show';
export { cropFigure } from './figures/cropFigure';
export { errorCurveFigure } from './figures/curves';
export type { Figure } from './figures/figure';
export { withEpochSlider, withSeriesSlider } from './figures/motion';
export { type Line, lineFigure, type LineTexts } from './figures/lines';
export { liveCurve, type LiveCurve } from './figures/liveCurve';
export { showFigure } from './figures/show';
export { showTable } from './figures/table';
export { type CropBox, cropBoxes } from './images/cropBoxes';
export { type CropCount, type CropPlan, cropPlan } from './images/crops';
export { blockCosts, networkCost, type BlockCost, type Cost } from './models/cost';
export { type Deviation, DEVIATIONS, deviationsOf } from './models/deviations';
export { type Box, Net, type NetOptions, type ResidualOptions } from './models/layers';
export { buildNetwork, networkConfig, NETWORK_NAMES, type NetworkConfig } from './models/networks';
export type { Network, Node } from './models/node';
export { choice, log, slider, type Control } from './panel/controls';
export { controls, type PanelOptions } from './panel/declarePanel';
export type { Panel, PanelPlace, PanelState } from './panel/panel';
export {
  depthFigure,
  epochsToErrorRows,
  type NetworkPair,
  networkRows,
} from './recorded/convergence';
export { recordedFigure, recordedFinding } from './recorded/figures';
export { claimRows, type ClaimRow, errorTableRows } from './recorded/tables';
export { newestRecords, type ScaleRecords } from './results/newestSetting';
export { readPaper } from './results/paper';
export type { ChangeLine, EpochLine, FinalLine, RunLine, RunRecord } from './results/record';
export type { EvaluationRecord } from './results/evaluationRecord';
export { evaluate, type EvaluateSettings } from './run/evaluate';
export type { EvaluateOptions } from './run/evaluateOptions';
export type { FinishedRun, WeightValues } from './run/finishedRun';
export { predict } from './run/predict';
export type { ImagePrediction, PredictOptions } from './run/predictFiles';
export type { Run } from './run/run';
export { showMemory as memory } from './run/memory';
export type { ModelChoice } from './run/runModel';
export { selectBackend } from './run/selectBackend';
export { train } from './run/train';
export type { NetworkOptions, TrainCallbacks, TrainOptions } from './run/trainOptions';
export type { Steer, Steering } from './training/steering';
export { type MethodRow, methodTable } from './training/methodTable';
export { averageDecayAt } from './training/movingAverage';
export { steadyStep } from './training/rmsprop';
export { cosineSchedule, exponentialSchedule } from './training/schedules';
export type { StepProgress } from './training/train';
