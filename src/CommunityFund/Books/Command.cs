namespace CommunityFund.Books;

/// <summary>
/// A use case: the properties are the form, <see cref="Apply"/> is the change. Run with <see cref="FundSession.Run"/>,
/// which is the one place for transaction, right, done-once and log.
/// </summary>
/// <typeparam name="TAnswer">What the caller is told; kept in the log, so that sending the form twice answers the
/// same.</typeparam>
/// <param name="Key">Fresh per form; the same key with the same form is done once.</param>
public abstract record Command<TAnswer>(Guid Key)
{
    /// <summary>What the person must hold; may look things up, never changes them.</summary>
    internal abstract ValueTask<Need> Needs(Work work, CancellationToken ct);

    internal abstract Task<TAnswer> Apply(Work work, CancellationToken ct);
}

/// <summary>A question; asked with <see cref="FundSession.Ask"/>.</summary>
/// <typeparam name="TAnswer">One plain record that pages, files and tests draw.</typeparam>
public abstract record Query<TAnswer>
{
    internal abstract Need Needs { get; }

    internal abstract Task<TAnswer> Answer(Work work, CancellationToken ct);
}

/// <summary>The answer of a command that has nothing to tell.</summary>
public sealed record Done
{
    public static Done It { get; } = new();
}

/// <summary>On a command's property: the log keeps nothing of it, for even a digest of a password helps to guess it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SecretAttribute : Attribute;

/// <summary>On a command's property: the log keeps only a keyed digest of it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class PersonalAttribute : Attribute;
