using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations.Posters;

/// <summary>A4 to hang up: how to give to a fund, with the QR that a phone reads it from.</summary>
public static class PosterPaper
{
    /// <summary>There is no such fund, or it takes no gifts.</summary>
    public const string NoFund = "poster.no-fund";

    /// <summary>There is no bank account that gifts could be sent to.</summary>
    public const string NoAccount = "poster.no-account";

    /// <exception cref="RefusedException">The fund takes no gifts, or there is no account.</exception>
    public static PaperSheet Of(FundReferenceItems all, int fund, int? account, Words words)
    {
        FundReferenceItem item = all.Funds.FirstOrDefault(row => row.FundId == fund) ?? throw new RefusedException(NoFund);
        GivingAccount to = all.Accounts.FirstOrDefault(row => row.Id == account) ?? all.Accounts.FirstOrDefault()
            ?? throw new RefusedException(NoAccount);
        return new PaperSheet(
            words["poster.title", item.Name], "", $"{words["poster.file"].Value}-{item.Name}", PaperSide.Upright, typeof(PosterPrint),
            new Dictionary<string, object?>
            {
                [nameof(PosterPrint.Body)] = all.Body,
                [nameof(PosterPrint.Fund)] = item,
                [nameof(PosterPrint.To)] = to,
            },
            "poster-print")
        {
            IsNumbered = false,
        };
    }

    /// <summary>What the QR says: all that a transfer needs, to be copied from the phone's screen.</summary>
    internal static string Payload(string body, FundReferenceItem fund, GivingAccount to, Words words) =>
        words["poster.payload", body, to.Number, to.BankName, fund.Reference, fund.Name];
}
