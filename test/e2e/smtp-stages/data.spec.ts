import { describeStage } from './describe-stage.js';

describeStage('data');
