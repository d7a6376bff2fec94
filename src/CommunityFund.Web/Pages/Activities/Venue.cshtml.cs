using CommunityFund.TimeBank.Activities;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using QRCoder;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>The code of the place for a projector or a tablet at the door: whoever types it, or reads it with a phone, is there.</summary>
public sealed class VenueModel : FundPage
{
    private const int LookEvery = 15;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    public VenueCodeView? View { get; private set; }

    /// <summary>Seconds until the page is drawn again: when the code changes, and in between to count who has come.</summary>
    public int NextLook => Math.Min(LookEvery, View!.SecondsLeft + 1);

    /// <summary>Where volunteers sign in with their card.</summary>
    public string Address => $"{Request.Scheme}://{Request.Host}/Passbook/CheckIn";

    /// <summary>The same with the activity and the code of now, as a picture for a phone.</summary>
    public string Picture
    {
        get
        {
            using QRCodeGenerator generator = new();
            using QRCodeData data = generator.CreateQrCode($"{Address}?activity={View!.Activity}&code={View.Code}", QRCodeGenerator.ECCLevel.M);
            using PngByteQRCode png = new(data);
            return "data:image/png;base64," + Convert.ToBase64String(png.GetGraphic(10));
        }
    }

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new VenueCode(Id), Ct));
}
