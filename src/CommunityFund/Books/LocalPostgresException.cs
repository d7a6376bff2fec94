namespace CommunityFund.Books;

/// <summary>
/// The private PostgreSQL cannot start. The message tells a volunteer what to do, in both languages,
/// because nobody has chosen a language yet when this is thrown.
/// </summary>
public sealed class LocalPostgresException : Exception
{
    internal LocalPostgresException(string chinese, string english, string? detail = null)
        : base(string.Join('\n', new[] { chinese, english, detail?.Trim() }.Where(line => !string.IsNullOrEmpty(line))))
    {
    }
}
