using System.Text;

namespace CommunityFund.Ledger;

/// <summary>
/// The life of a thing as one table: from, move, to, who, what is needed, what is posted. It answers what is open and why the rest is not,
/// and draws itself. Pure: it holds no thing and changes none (ruling 29).
/// </summary>
/// <typeparam name="TMover">Who may make moves.</typeparam>
/// <typeparam name="TState">Where a thing stands.</typeparam>
/// <typeparam name="TMove">What may happen to it.</typeparam>
/// <typeparam name="TFacts">What is known of the thing when a move is asked for.</typeparam>
public sealed class Workflow<TMover, TState, TMove, TFacts>
    where TMover : struct, Enum
    where TState : struct, Enum
    where TMove : struct, Enum
{
    /// <summary>From the state that the thing is in the table knows no such move; facts: <c>state</c> and <c>move</c>.</summary>
    public const string NotInTable = "workflow.not-in-table";

    private readonly Dictionary<(TState From, TMove Move), WorkflowRule<TMover, TState, TMove, TFacts>> _rules;

    private Workflow(IReadOnlyList<WorkflowRule<TMover, TState, TMove, TFacts>> rules)
    {
        Rules = rules;
        _rules = rules.Where(rule => rule.From is not null).ToDictionary(rule => (rule.From!.Value, rule.Move));
    }

    /// <summary>The table in the order it was written in; the rule without a state before begins a life.</summary>
    public IReadOnlyList<WorkflowRule<TMover, TState, TMove, TFacts>> Rules { get; }

    /// <summary>The state that a life begins in.</summary>
    public TState Start => Rules.Single(rule => rule.From is null).To;

    /// <summary>Begins a table: the move that begins a life, and where it leads.</summary>
    public static Builder Begin(TMove move, TState to, params IReadOnlyList<TMover> by) => new(move, to, by);

    /// <summary>The row for a move, or null if the table knows none from that state.</summary>
    public WorkflowRule<TMover, TState, TMove, TFacts>? Find(TState from, TMove move) => _rules.GetValueOrDefault((from, move));

    /// <summary>The row for a move.</summary>
    /// <exception cref="RefusedException">The table knows none from that state (<see cref="NotInTable"/>).</exception>
    public WorkflowRule<TMover, TState, TMove, TFacts> Rule(TState from, TMove move) =>
        Find(from, move) ?? throw new RefusedException(NotInTable, ("state", from), ("move", move));

    /// <summary>All moves from a state in the table's order, each with the first reason why it cannot be made now, or null.</summary>
    public IReadOnlyList<(WorkflowRule<TMover, TState, TMove, TFacts> Rule, Refusal? WhyNot)> Open(TState from, TFacts facts) =>
        [.. Rules.Where(rule => rule.From is { } state && state.Equals(from)).Select(rule => (rule, rule.WhyNot(facts)))];

    /// <summary>Whether nothing more can happen in that state.</summary>
    public bool IsEnd(TState state) => !Rules.Any(rule => rule.From is { } from && from.Equals(state));

    /// <summary>The table as a Mermaid state diagram: one line for each row, in the table's order, with the words the caller has for states,
    /// moves and movers. Words with a colon or a line break would break the diagram and are cleaned of them.</summary>
    public string Mermaid(Func<TState, string> state, Func<TMove, string> move, Func<TMover, string> mover)
    {
        StringBuilder text = new("stateDiagram-v2\n");
        foreach (TState each in Rules.Select(rule => rule.To).Distinct())
        {
            text.Append("  state \"").Append(Clean(state(each)).Replace('"', '\'')).Append("\" as ").Append(each).Append('\n');
        }

        foreach (WorkflowRule<TMover, TState, TMove, TFacts> rule in Rules)
        {
            string by = string.Join(" + ", rule.By.Select(mover));
            text.Append("  ").Append(rule.From is { } from ? from.ToString() : "[*]").Append(" --> ").Append(rule.To).Append(": ")
                .Append(Clean(move(rule.Move))).Append(by.Length > 0 ? $" ({Clean(by)})" : "").Append('\n');
        }

        foreach (TState end in Rules.Select(rule => rule.To).Distinct().Where(IsEnd))
        {
            text.Append("  ").Append(end).Append(" --> [*]\n");
        }

        return text.ToString();

        static string Clean(string words) => words.Replace(':', '：').Replace('\n', ' ').Replace('\r', ' ');
    }

    /// <summary>Writes a table from top to bottom.</summary>
    public sealed class Builder
    {
        private readonly List<WorkflowRule<TMover, TState, TMove, TFacts>> _rules;
        private TState _from;

        internal Builder(TMove move, TState to, IReadOnlyList<TMover> by)
        {
            _rules = [new(null, move, to, by, [], null)];
            _from = to;
        }

        /// <summary>The rows that follow lead out of this state.</summary>
        public Builder From(TState state)
        {
            _from = state;
            return this;
        }

        /// <summary>A row: the move leads there if all of these sign, each another person, and all of that holds.</summary>
        public Builder Permit(TMove move, TState to, IReadOnlyList<TMover> by, IReadOnlyList<Func<TFacts, Refusal?>>? needs = null,
            string? posts = null)
        {
            _rules.Add(new(_from, move, to, by, needs ?? [], posts));
            return this;
        }

        /// <summary>The table.</summary>
        /// <exception cref="InvalidOperationException">A state has two rows for one move, a row has nobody to make it, or a state cannot be
        /// reached from the start.</exception>
        public Workflow<TMover, TState, TMove, TFacts> Build()
        {
            if (_rules.GroupBy(rule => (rule.From, rule.Move)).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                throw new InvalidOperationException($"{twice.Key.From} has {twice.Key.Move} twice.");
            }

            if (_rules.FirstOrDefault(rule => rule.By.Count == 0) is { } nobody)
            {
                throw new InvalidOperationException($"Nobody makes {nobody.Move} from {nobody.From}.");
            }

            HashSet<TState> reached = [_rules[0].To];
            while (_rules.FirstOrDefault(rule => rule.From is { } from && reached.Contains(from) && !reached.Contains(rule.To)) is { } next)
            {
                reached.Add(next.To);
            }

            return _rules.FirstOrDefault(rule => rule.From is { } from && !reached.Contains(from)) is { } stranded
                ? throw new InvalidOperationException($"{stranded.From} cannot be reached.")
                : new Workflow<TMover, TState, TMove, TFacts>(_rules);
        }
    }
}
