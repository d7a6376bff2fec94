namespace CommunityFund.Books;

/// <summary>What a command or query asks of the person: one of some roles, over certain funds or anywhere in the book.</summary>
public sealed record Need
{
    /// <summary>Nobody holds the role asked for.</summary>
    public const string Missing = "need.role-missing";

    /// <summary>The role does not reach the fund.</summary>
    public const string OutsideFund = "need.outside-fund";

    /// <summary>The role reaches some funds, and this concerns them all.</summary>
    public const string OnlySomeFunds = "need.only-some-funds";

    /// <summary>Nobody is signed in.</summary>
    public const string SignIn = "need.sign-in";

    /// <summary>The person has not proved lately to be the one who signed in.</summary>
    public const string Proof = "need.proof";

    private Need(IReadOnlyList<Role> anyOf, IReadOnlyList<int> funds, NeedKind kind) =>
        (AnyOf, Funds, Kind) = (anyOf, funds, kind);

    internal enum NeedKind
    {
        Operator,
        Person,
        Role,
        Anybody,
    }

    /// <summary>The command line of the machine itself: set-up and demo.</summary>
    public static Need Operator { get; } = new([], [], NeedKind.Operator);

    /// <summary>A stranger too: what is asked for proves itself, such as a donor's number and code.</summary>
    public static Need Anybody { get; } = new([], [], NeedKind.Anybody);

    /// <summary>Anybody signed in, for things about oneself.</summary>
    public static Need Person { get; } = new([], [], NeedKind.Person);

    public IReadOnlyList<Role> AnyOf { get; }

    /// <summary>Funds that the role must reach, all of them; empty means the role is enough wherever it reaches.</summary>
    public IReadOnlyList<int> Funds { get; }

    internal NeedKind Kind { get; }

    /// <summary>True if the role must reach the whole book: what is asked about belongs to no single fund.</summary>
    public bool IsWholeBook { get; private init; }

    /// <summary>True if the person must have proved within the last minutes to be the one who signed in: approving, paying,
    /// taking books out, changing roles.</summary>
    public bool IsProved { get; private init; }

    public static Need Any(params IReadOnlyList<Role> roles) => new(roles, [], NeedKind.Role);

    public Need ForWholeBook() => new(AnyOf, Funds, Kind) { IsWholeBook = true, IsProved = IsProved };

    /// <summary>The same, and a recent proof beside it (step-up).</summary>
    public Need Proved() => new(AnyOf, Funds, Kind) { IsWholeBook = IsWholeBook, IsProved = true };

    public Need For(params IEnumerable<int> funds) => new(AnyOf, [.. Funds.Concat(funds).Distinct()], Kind)
    {
        IsWholeBook = IsWholeBook,
        IsProved = IsProved,
    };
}
