using CommunityFund.Payments;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>Hands in what was paid out of the own pocket.</summary>
public sealed class ClaimModel : DebtFormPage
{
    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public string? BankName { get; set; }

    public override bool IsBill => false;

    protected override Task<long> Send(IReadOnlyList<DebtRow> rows) => Session.Run(
        new SubmitClaim(FormKey, Heading ?? "", rows, Number ?? "", BankName ?? "", Enclosed.Enclosures, Id), Ct);

    protected override Task Offered()
    {
        if (HttpMethods.IsGet(Request.Method))
        {
            (Number, BankName) = (Offer!.Number, Offer.BankName);
        }

        return Task.CompletedTask;
    }
}
