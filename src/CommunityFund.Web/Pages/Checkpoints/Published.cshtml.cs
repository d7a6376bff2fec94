using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Checkpoints;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Checkpoints;

/// <summary>The public key and the newest seals, for neighbours, auditors and whoever else. Open to strangers; it takes no form.</summary>
[AllowAnonymous]
public sealed class PublishedModel(Foundation foundation) : FundPage
{
    public PublishedView? View { get; private set; }

    public string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public Task OnGetAsync() => Load();

    /// <summary>The key as a file; one that signed before by its fingerprint.</summary>
    public async Task<IActionResult> OnGetPemAsync(string? key)
    {
        await Load();
        if (View is null)
        {
            return Page();
        }

        LogPublicKey? asked = string.IsNullOrEmpty(key) ? View.Key
            : View.Earlier.Select(earlier => earlier.Key).Append(View.Key)
                .FirstOrDefault(known => Convert.ToHexStringLower(known.Fingerprint) == key);
        return asked is null ? NotFound() : File(
            Encoding.ASCII.GetBytes(asked.Pem), "application/x-pem-file", $"checkpoint-key-{Convert.ToHexStringLower(asked.Fingerprint)[..8]}.pem");
    }

    private async Task Load() => await Try(async () => View = await foundation.Visitor().Ask(new PublishedLog(), Ct));
}
