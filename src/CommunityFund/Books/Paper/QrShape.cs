using System.Globalization;
using System.Text;
using QRCoder;

namespace CommunityFund.Books;

/// <summary>A QR as one path of squares: sharp at any size, on paper and on a page.</summary>
/// <param name="Size">Squares on a side.</param>
/// <param name="Path">The path's data.</param>
public sealed record QrShape(int Size, string Path)
{
    /// <param name="text">What a camera reads.</param>
    public static QrShape Of(string text)
    {
        using QRCodeData drawn = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        StringBuilder path = new();
        int size = drawn.ModuleMatrix.Count;
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                if (drawn.ModuleMatrix[row][column])
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{column} {row}h1v1h-1z");
                }
            }
        }

        return new QrShape(size, path.ToString());
    }
}
