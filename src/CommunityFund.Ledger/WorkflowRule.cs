namespace CommunityFund.Ledger;

/// <summary>One row of a workflow's table: from which state a move leads where, who makes it, what must hold, and what it writes in the
/// books.</summary>
/// <typeparam name="TMover">Who may make moves.</typeparam>
/// <typeparam name="TState">Where a thing stands.</typeparam>
/// <typeparam name="TMove">What may happen to it.</typeparam>
/// <typeparam name="TFacts">What is known of the thing when a move is asked for.</typeparam>
/// <param name="From">The state before; null for the move that begins a life.</param>
/// <param name="Move">The move.</param>
/// <param name="To">The state after.</param>
/// <param name="By">Who must sign, each another person: the move waits with its signatures and happens with the last.</param>
/// <param name="Needs">What must hold, each answering null or the refusal that says what is missing; asked in their order.</param>
/// <param name="Posts">Key of the entry that the move writes; null if the books know nothing of it.</param>
public sealed record WorkflowRule<TMover, TState, TMove, TFacts>(
    TState? From, TMove Move, TState To, IReadOnlyList<TMover> By, IReadOnlyList<Func<TFacts, Refusal?>> Needs, string? Posts)
    where TMover : struct, Enum
    where TState : struct, Enum
    where TMove : struct, Enum
{
    /// <summary>The first reason why the move cannot be made now, or null if nothing is in its way.</summary>
    public Refusal? WhyNot(TFacts facts) => Needs.Select(need => need(facts)).FirstOrDefault(refusal => refusal is not null);
}
