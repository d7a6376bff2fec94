using System.Reflection;
using System.Text.Json;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// What happens to the feature's rows when a voucher is posted (then) or dropped (otherwise). Stored with the voucher as
/// JSON with name and version; it holds ids only, runs as the voucher's maker, and its right is asked when the voucher is
/// prepared and again when it is reviewed.
/// </summary>
public abstract record Consequence
{
    // Looked for once: going through all types of the program takes as long as posting a voucher.
    private static readonly IReadOnlyDictionary<(string Name, int Version), Type> Kinds = typeof(Consequence).Assembly.GetTypes()
        .Select(type => (Type: type, Mark: type.GetCustomAttribute<ConsequenceAttribute>())).Where(each => each.Mark is not null)
        .ToDictionary(each => (each.Mark!.Name, each.Mark.Version), each => each.Type);

    internal abstract Need Needs { get; }

    internal abstract Task Happen(Work work, CancellationToken ct);

    /// <summary>
    /// Asked of what a reversal undoes, when a blue voucher writes the same business anew: the feature begins its rows again
    /// as the blue says them and hangs them on its draft.
    /// </summary>
    /// <returns>The draft, and what to do once the blue voucher has its id.</returns>
    internal virtual Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct) =>
        Task.FromResult((blue, (Action<long>)(_ => { })));

    /// <summary>Asked of what a reversal would undo, when one blue voucher of a later year puts right what it did (以前年度差错).</summary>
    /// <exception cref="RefusedException">A register stands for the voucher and would not learn of it.</exception>
    internal virtual Task PutRightLater(Work work, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Asked of what a reversal would undo, when the bank gives back what it had paid: the payment stays in the books, with one
    /// in red beside it, and what it paid is to be paid again.</summary>
    /// <param name="line">The bank line on which the money came back.</param>
    internal virtual Task CameBack(Work work, long line, CancellationToken ct) =>
        throw new InvalidOperationException($"{GetType().Name} is no payment that could come back.");

    /// <summary>The voucher that said so was reversed: what was met is paid after all.</summary>
    /// <param name="expectation">What the payment had met.</param>
    internal virtual Task StaysPaid(Work work, long expectation, CancellationToken ct) =>
        throw new InvalidOperationException($"{GetType().Name} is no payment that could come back.");

    /// <summary>Asked of what follows, as the voucher that brings it is written: lines that depend on its day, and the gifts that it names.
    /// </summary>
    internal virtual Task<IReadOnlyList<LotDraw>> Uses(Work work, EntryDraft draft, Chart chart, LocalDate day, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<LotDraw>>([]);

    /// <summary>Asked of what follows: papers that the voucher that brings it encloses beside those that come with it.</summary>
    internal virtual Task<IReadOnlyList<Enclosure>> Papers(Work work, CancellationToken ct) => Task.FromResult<IReadOnlyList<Enclosure>>([]);

    /// <summary>What it waits for was put into a batch for the bank.</summary>
    internal virtual Task OnItsWay(Work work, CancellationToken ct) => Task.CompletedTask;

    /// <summary>A second person lets the batch go.</summary>
    internal virtual Task LetGo(Work work, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The batch was taken back.</summary>
    internal virtual Task OffItsWay(Work work, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The bank refused it.</summary>
    /// <param name="says">The bank's reason, in its words.</param>
    internal virtual Task Failed(Work work, string says, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Happens with the maker's rights as they stand now: who lost the role since cannot make it happen.</summary>
    internal async Task HappenFor(Work work, long maker, CancellationToken ct)
    {
        (await Rights.Of(work.Db, maker, work.Book, work.Today, ct, known: work.Rights.Funds)).Require(Needs, isOperator: false);
        await Happen(work, ct);
    }

    internal static string? Write(Consequence? consequence)
    {
        if (consequence is null)
        {
            return null;
        }

        ConsequenceAttribute mark = Mark(consequence.GetType());
        return JsonSerializer.Serialize(
            new Stored(mark.Name, mark.Version,
                JsonSerializer.SerializeToElement(consequence, consequence.GetType(), CommandJson.Plain)),
            CommandJson.Plain);
    }

    internal static Consequence? Read(string? json)
    {
        if (json is null)
        {
            return null;
        }

        Stored stored = JsonSerializer.Deserialize<Stored>(json, CommandJson.Plain)!;
        Type type = Kinds.GetValueOrDefault((stored.Name, stored.Version))
            ?? throw new InvalidOperationException($"No consequence is called {stored.Name} in version {stored.Version}.");
        return (Consequence)stored.Content.Deserialize(type, CommandJson.Plain)!;
    }

    private static ConsequenceAttribute Mark(Type type) => type.GetCustomAttribute<ConsequenceAttribute>()
        ?? throw new InvalidOperationException($"{type.Name} lacks its [Consequence(name, version)].");

    private sealed record Stored(string Name, int Version, JsonElement Content);
}

/// <summary>The lasting name and version under which a consequence is stored.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConsequenceAttribute(string name, int version) : Attribute
{
    public string Name { get; } = name;

    public int Version { get; } = version;
}
