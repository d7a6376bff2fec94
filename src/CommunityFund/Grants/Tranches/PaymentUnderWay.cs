using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>Whether money is on its way already, so that nobody can stop it by a word: the bank has shown it, or a second person has let its
/// batch go and the bank has not refused it.</summary>
internal static class PaymentUnderWay
{
    public static async Task<bool> Is(Work work, long? expectation, CancellationToken ct) => expectation is { } id
        && await work.Db.Database.SqlQuery<bool>($"select payment_under_way({work.Book}, {id}) as \"Value\"").SingleAsync(ct);
}
