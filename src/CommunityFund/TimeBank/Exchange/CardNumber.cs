using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>How a coordinator says who is meant: by the number of the card, which a name may follow.</summary>
internal static class CardNumber
{
    /// <exception cref="RefusedException">Nobody of the programme has such a card.</exception>
    public static async Task<Member> Of(Work work, int programme, string typed, CancellationToken ct)
    {
        string number = PlainText.Of(typed).Split(' ')[0];
        return await work.Db.Set<Member>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.FundId == programme && row.Number == number
            && row.LeftOn == null, ct) ?? throw new RefusedException(Member.Unknown);
    }
}
